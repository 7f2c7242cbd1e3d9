// What an access token opens, and how it looks to the program that gets it.
import { SignJWT, generateKeyPair, jwtVerify } from 'jose';

import { state, userOf } from './state.js';

const HOSTS = ['outlook.office365.com', 'outlook.office.com', 'outlook.office365.us', 'partner.outlook.cn'];
// delegated permission, application permission (an app role) of each of Dovecot's protocols
const PERMISSIONS = {
  imap: ['IMAP.AccessAsUser.All', 'IMAP.AccessAsApp'],
  pop3: ['POP.AccessAsUser.All', 'POP.AccessAsApp'],
  submission: ['SMTP.Send', 'SMTP.SendAsApp'],
};
const DELEGATED = Object.values(PERMISSIONS).map(([delegated]) => delegated);
export const GOOGLE_MAIL = 'https://mail.google.com/';

export const SCOPES = [
  'openid', 'offline_access', 'profile', 'email', GOOGLE_MAIL,
  'https://www.googleapis.com/auth/userinfo.email',
  ...HOSTS.flatMap((host) => ['.default', ...DELEGATED].map((name) => `https://${host}/${name}`)),
];

const NOTHING = 'nothing'; // equal to no mailbox and no domain
const { privateKey, publicKey } = await generateKeyPair('ES256');

export async function findAccessToken(provider, value) {
  return (await provider.AccessToken.find(value)) ?? provider.ClientCredentials.find(value);
}

// Dovecot compares one value with the log-in name, or one with its domain: so, for each protocol, the mailbox
// of the user, one that is shared with them, and the domain whose mailboxes all are open to an app of its own.
export function opens(token) {
  const user = userOf(token.accountId);
  const mailboxes = user ? user.name : state.clients[token.clientId].mailboxes;
  const wholeDomain = mailboxes.startsWith('@');
  const held = permissions(token);
  const fields = user ? { username: user.name } : {};
  for (const [protocol, needed] of Object.entries(PERMISSIONS)) {
    const open = needed.some((permission) => held.includes(permission));
    fields[`${protocol}_mailbox`] = open && !wholeDomain ? mailboxes : NOTHING;
    fields[`${protocol}_shared`] = (open && user?.shared) || NOTHING;
    fields[`${protocol}_domain`] = open && wholeDomain ? mailboxes : NOTHING;
  }
  return fields;
}

function permissions(token) {
  if (!token.accountId) return state.clients[token.clientId].roles;
  return [...token.scopes].flatMap((scope) => {
    const everything = scope === GOOGLE_MAIL || scope.endsWith('/.default');
    return everything ? DELEGATED : [scope.split('/').pop()];
  });
}

// Claims as in "Access token claims reference" of the Microsoft identity platform. `jti` is the opaque token,
// by which the provider knows this one again.
export async function asJwt(provider, value) {
  const token = await findAccessToken(provider, value);
  const user = userOf(token.accountId);
  const held = permissions(token);
  const resource = [...token.scopes].find((scope) => scope.startsWith('https://')) ?? provider.issuer;
  const claims = {
    appid: token.clientId,
    tid: provider.issuer.split('/').pop(),
    ...(user
      ? { scp: held.join(' '), upn: user.name, unique_name: user.name }
      : { roles: held, idtyp: 'app' }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuer(provider.issuer)
    .setAudience(new URL(resource).origin)
    .setSubject(token.accountId ?? token.clientId)
    .setIssuedAt(token.iat)
    .setNotBefore(token.iat)
    .setExpirationTime(token.exp)
    .setJti(value)
    .sign(privateKey);
}

// The opaque token behind one of our JWTs; nothing that is known behind any other.
export async function opaque(value) {
  if (!value.includes('.')) return value;
  try {
    const { payload } = await jwtVerify(value, publicKey, { currentDate: new Date(Date.now()) });
    return payload.jti;
  } catch {
    return NOTHING;
  }
}
