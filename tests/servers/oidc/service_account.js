// Google's grant for service accounts with domain-wide delegation (RFC 7523, section 2.1), with Google's words:
// "Using OAuth 2.0 for Server to Server Applications", section "JWT error codes".
import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { errors as oauth } from 'oidc-provider';

import { state } from './state.js';

export const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const GOOGLE_TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token'; // what google-auth always writes
const LONGEST = 3600; // seconds
const TOLERANCE = 60;
const BAD_TIMES = 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. '
  + 'Check your iat and exp values in the JWT claim.';

const NOT_DELEGATED = 'Client is unauthorized to retrieve access tokens using this method, or client not authorized '
  + 'for any of the scopes requested.';
const WORDS = { ERR_JWT_EXPIRED: BAD_TIMES, ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'Invalid JWT Signature.' };

export const parameters = ['assertion', 'scope'];

// The account that an assertion names, which is the client as far as OAuth is concerned.
export function issuerOf(assertion) {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}

export const handler = (provider) => async (ctx) => {
  const { client, params } = ctx.oidc;
  const account = state.clients[client.clientId];
  const claims = await verified(params.assertion, account, [
    GOOGLE_TOKEN_ENDPOINT, provider.issuer, provider.urlFor('token'),
  ]);
  const user = state.users[claims.sub];
  if (!user) throw refusal('invalid_grant', 'Invalid email or User ID');
  const scopes = (claims.scope ?? '').split(' ');
  if (!scopes.every((scope) => account.delegated.includes(scope))) {
    throw refusal('unauthorized_client', NOT_DELEGATED);
  }
  const token = new provider.AccessToken({
    accountId: user.subject, client, scope: claims.scope, gty: 'jwt_bearer',
  });
  ctx.oidc.entity('AccessToken', token);
  ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer' };
};

async function verified(assertion, account, audience) {
  const now = Math.floor(Date.now() / 1000);
  const rules = {
    audience, currentDate: new Date(now * 1000), clockTolerance: TOLERANCE, requiredClaims: ['iat', 'exp', 'sub'],
  };
  let payload;
  try {
    ({ payload } = await jwtVerify(assertion, await importJWK(account.key, 'RS256'), rules));
  } catch (error) {
    throw refusal('invalid_grant', WORDS[error.code] ?? `Invalid JWT: ${error.message}`);
  }
  if (payload.exp - payload.iat > LONGEST || payload.iat > now + TOLERANCE) throw refusal('invalid_grant', BAD_TIMES);
  return payload;
}

const refusal = (error, description) => new oauth.CustomOIDCProviderError(error, description);
