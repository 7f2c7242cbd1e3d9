// POST /control/VERB with a JSON body: how tests set what the provider does.
import { createPublicKey, randomUUID } from 'node:crypto';

import * as state from './state.js';
import { GRANT as SERVICE_ACCOUNT } from './service_account.js';
import { Store } from './store.js';

const { state: current } = state;
const jwk = (pem) => createPublicKey(pem).export({ format: 'jwk' }); // of a key or of a certificate

const VERBS = {
  reset: () => state.reset(),
  settings: (changes) => Object.assign(current.settings, changes),
  answer: (answer) => current.answers.push(answer),
  requests: () => current.requests,
  forget_requests: () => { current.requests = []; },

  add_user({ name, ...user }) {
    current.users[name] = { name, subject: current.users[name]?.subject ?? randomUUID(), ...user };
  },

  remove_user({ name }) {
    delete current.users[name];
  },

  add_client({ client_id, secret, certificate, redirect_uris, roles, mailboxes }) {
    const confidential = secret || certificate;
    current.clients[client_id] = {
      roles,
      mailboxes,
      metadata: {
        client_id,
        application_type: 'native', // loopback addresses with any port
        redirect_uris,
        response_types: ['code'],
        grant_types: [
          'authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code',
          ...(confidential ? ['client_credentials'] : []),
        ],
        ...(secret ? { client_secret: secret, client_secret_expires_at: 0 } : {}), // 0 is never
        ...(certificate ? { jwks: { keys: [jwk(certificate)] } } : {}),
        token_endpoint_auth_method: certificate ? 'private_key_jwt' : secret ? 'client_secret_post' : 'none',
      },
    };
  },

  add_service_account({ client_id, key, delegated }) {
    current.clients[client_id] = {
      delegated,
      key: jwk(key),
      metadata: {
        client_id,
        redirect_uris: [],
        response_types: [],
        grant_types: [SERVICE_ACCOUNT],
        token_endpoint_auth_method: 'none', // the assertion is its authentication
      },
    };
  },

  expire_secret({ client_id }) {
    current.clients[client_id].metadata.client_secret_expires_at = 1; // seconds after 1970
  },

  remove_client({ client_id }) {
    delete current.clients[client_id];
  },

  // Of one user or all; `kind` is "refresh" or "access". A token alone by its value.
  revoke({ kind, user, token }) {
    const models = kind === 'refresh' ? ['RefreshToken'] : ['AccessToken', 'ClientCredentials'];
    const subject = user && current.users[user].subject;
    for (const model of models) {
      new Store(model).remove((row) => (!subject || row.accountId === subject) && (!token || row.jti === token));
    }
  },
};

export function control(ctx, body) {
  const verb = ctx.path.slice('/control/'.length);
  ctx.body = JSON.stringify(VERBS[verb](body ? JSON.parse(body) : {}) ?? null);
  ctx.type = 'json';
}
