// All that tests set and all that was issued. Plain values, so that a server which is stopped comes back as it was.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const DEFAULTS = {
  access_token_lifetime: 3600, // seconds, as all times here
  refresh_token_lifetime: 90 * 24 * 3600,
  device_code_lifetime: 900,
  device_interval: 1,
  rotation: true, // each refresh token once only
  jwt: false, // access tokens that show their claims
  clock_offset: 0,
  delay: 0, // before each answer of the token endpoint
};

export const INTROSPECTION_CLIENT = 'dovecot';

const initial = () => ({
  settings: { ...DEFAULTS },
  clients: {
    [INTROSPECTION_CLIENT]: {
      metadata: {
        client_id: INTROSPECTION_CLIENT,
        client_secret: 'secret',
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    },
  },
  users: {}, // by name, which is the address of the mailbox
  offline: {}, // grants that were asked for with Google's access_type=offline
  answers: [], // { endpoint, status, headers, body, times }
  requests: [], // { endpoint, grant_type, client_id, scope, status }, in the order of their arrival
  issued: {}, // by model of oidc-provider, then by id
});

export const state = initial();

export function reset() {
  Object.assign(state, initial());
}

export function restore(file) {
  if (existsSync(file)) Object.assign(state, JSON.parse(readFileSync(file, 'utf8')));
}

export function save(file) {
  writeFileSync(file, JSON.stringify(state));
}

export const userOf = (subject) => Object.values(state.users).find((user) => user.subject === subject);
