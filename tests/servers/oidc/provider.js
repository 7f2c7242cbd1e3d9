// oidc-provider, configured after Microsoft's and Google's.
import Provider, { interactionPolicy } from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';

import { SCOPES } from './access.js';
import * as pages from './pages.js';
import * as serviceAccount from './service_account.js';
import { state, userOf } from './state.js';
import { Store } from './store.js';

const HOUR = 3600;

export async function createProvider(issuer) {
  const provider = new Provider(issuer, {
    adapter: Store,
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'email'],
      email: ['email', 'email_verified'],
      'https://www.googleapis.com/auth/userinfo.email': ['email', 'email_verified'], // what Google calls it
    },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clockTolerance: 60,
    conformIdTokenClaims: false, // claims are in the ID token too, as with both providers
    cookies: { keys: ['of tests alone'] },
    expiresWithSession: () => false,
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true, ...pages.device },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (ctx, client, token) => token.clientId === client.clientId },
    },
    findAccount,
    interactions: { policy: policy(), url: (ctx, { uid }) => `${new URL(issuer).pathname}/interaction/${uid}` },
    extraParams: ['access_type'],
    // A scope asks Microsoft for it, a parameter Google
    issueRefreshToken: (ctx, client, { scopes, grantId }) => scopes.has('offline_access') || grantId in state.offline,
    jwks: { keys: [await signingKey()] },
    pkce: { required: () => true },
    renderError: pages.renderError,
    rotateRefreshToken: () => state.settings.rotation,
    scopes: SCOPES,
    ttl: lifetimes(),
  });
  provider.registerGrantType(serviceAccount.GRANT, serviceAccount.handler(provider), serviceAccount.parameters);
  provider.on('grant.error', (ctx, error) => console.error(error.error, error.error_description, error.error_detail));
  provider.on('server_error', (ctx, error) => console.error(error));
  return provider;
}

function lifetimes() {
  const named = (name) => () => state.settings[name];
  return {
    AccessToken: named('access_token_lifetime'),
    ClientCredentials: named('access_token_lifetime'),
    DeviceCode: named('device_code_lifetime'),
    RefreshToken: named('refresh_token_lifetime'),
    Grant: 400 * 24 * HOUR,
    IdToken: HOUR,
    Interaction: HOUR,
    Session: 24 * HOUR,
  };
}

// Every sign-in shows the page, to whomever the browser knows already.
function policy() {
  const prompts = interactionPolicy.base();
  prompts.get('login').checks.add(
    new interactionPolicy.Check('always', 'every sign-in asks', ({ oidc }) => !oidc.result?.login),
  );
  prompts.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return prompts;
}

function findAccount(ctx, subject) {
  const user = userOf(subject);
  return user && {
    accountId: subject,
    claims: () => ({
      sub: subject, name: user.name, preferred_username: user.name, email: user.email, email_verified: true,
    }),
  };
}

async function signingKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'tests' };
}
