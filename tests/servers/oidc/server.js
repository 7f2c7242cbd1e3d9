// node server.js ISSUER CERTIFICATE KEY STATE: an identity provider at ISSUER (https://localhost:PORT/tenant).
// STATE is where a server that is told to end leaves what it knows for the next one.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import * as querystring from 'node:querystring';
import { setTimeout as pause } from 'node:timers/promises';

import { asJwt, findAccessToken, opaque, opens } from './access.js';
import { control } from './control.js';
import { interaction } from './pages.js';
import { createProvider } from './provider.js';
import { GRANT as SERVICE_ACCOUNT, issuerOf } from './service_account.js';
import { restore, save, state } from './state.js';

const ENDPOINTS = {
  '/.well-known/openid-configuration': 'discovery',
  '/auth': 'authorization',
  '/device/auth': 'device_authorization',
  '/jwks': 'jwks',
  '/me': 'userinfo',
  '/token': 'token',
  '/token/introspection': 'introspection',
  '/token/revocation': 'revocation',
};

const [issuer, certificate, key, stateFile] = process.argv.slice(2);
const { port, pathname: mount } = new URL(issuer);
const now = Date.now;
Date.now = () => now() + state.settings.clock_offset * 1000;
restore(stateFile);
const provider = await createProvider(issuer);

// --- what every request meets, from the outside in -------------------------------------------------------

async function tellTheTime(ctx, next) {
  ctx.set('Date', new Date(Date.now()).toUTCString());
  await next();
}

async function readBody(ctx, next) {
  const chunks = await ctx.req.toArray();
  const text = Buffer.concat(chunks).toString();
  if (ctx.path.startsWith('/control/')) {
    control(ctx, text);
    return;
  }
  if (ctx.method === 'POST') ctx.req.body = querystring.parse(text);
  await next();
}

async function unmount(ctx, next) {
  if (!ctx.path.startsWith(`${mount}/`)) return; // 404
  ctx.mountPath = mount; // for oidc-provider's own addresses
  ctx.path = ctx.path.slice(mount.length);
  await next();
}

async function note(ctx, next) {
  const endpoint = ENDPOINTS[ctx.path];
  if (!endpoint) return next();
  const { grant_type, client_id, scope } = ctx.req.body ?? ctx.query;
  const request = { endpoint, grant_type, client_id, scope, status: null };
  state.requests.push(request);
  await next();
  request.status = ctx.status;
  console.log(ctx.method, endpoint, grant_type ?? '', ctx.status);
  return undefined;
}

async function answerAsTold(ctx, next) {
  const endpoint = ENDPOINTS[ctx.path];
  if (endpoint === 'token' && state.settings.delay) await pause(state.settings.delay * 1000);
  const answer = state.answers.find((candidate) => candidate.endpoint === endpoint && candidate.times > 0);
  if (!answer) {
    await next();
    return;
  }
  answer.times -= 1;
  ctx.status = answer.status;
  ctx.body = answer.body;
  ctx.set(answer.headers);
}

async function signIn(ctx, next) {
  await (ctx.path.startsWith('/interaction/') ? interaction(provider, ctx) : next());
}

// --- where real providers differ from oidc-provider ------------------------------------------------------

async function acceptJwts(ctx, next) {
  const { body, headers } = ctx.req;
  if (body?.token) body.token = await opaque(body.token);
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  if (scheme === 'Bearer') headers.authorization = `Bearer ${await opaque(token)}`;
  await next();
}

async function adapt(ctx, next) {
  const { body } = ctx.req;
  const endpoint = ENDPOINTS[ctx.path];
  if (body?.grant_type === SERVICE_ACCOUNT) body.client_id = issuerOf(body.assertion);
  if (endpoint === 'authorization') askForConsent(ctx);
  await next();
  if (endpoint === 'token') await adaptToken(ctx);
  if (endpoint === 'device_authorization' && ctx.status === 200) ctx.body.interval = state.settings.device_interval;
  if (endpoint === 'introspection' && ctx.body.active) {
    const token = await findAccessToken(provider, body.token);
    if (token) Object.assign(ctx.body, opens(token));
  }
}

// Neither provider wants to be asked for it, and OpenID Connect knows no offline_access without (Core, section 11).
function askForConsent(ctx) {
  const prompts = new Set((ctx.query.prompt ?? '').split(' ').filter(Boolean));
  if (!prompts.has('none')) ctx.query = { ...ctx.query, prompt: [...prompts.add('consent')].join(' ') };
}

async function adaptToken(ctx) {
  if (ctx.body.access_token && state.settings.jwt) {
    ctx.body.access_token = await asJwt(provider, ctx.body.access_token);
  }
  const { client_secret_expires_at: expiry } = state.clients[ctx.req.body.client_id]?.metadata ?? {};
  if (ctx.body.error === 'invalid_client' && expiry && expiry * 1000 <= Date.now()) {
    // "Microsoft Entra authentication and authorization error codes"
    ctx.body.error_description = 'AADSTS7000222: The provided client secret keys are expired.';
    ctx.body.error_codes = [7000222];
  }
}

for (const step of [tellTheTime, readBody, unmount, note, answerAsTold, signIn, acceptJwts, adapt]) {
  provider.use(step);
}

process.on('SIGTERM', () => {
  save(stateFile);
  process.exit(0);
});
const credentials = { cert: readFileSync(certificate), key: readFileSync(key), keepAliveTimeout: 60_000 };
createServer(credentials, provider.callback()).listen(Number(port), '127.0.0.1', 4096);
