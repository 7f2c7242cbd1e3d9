// What a person sees: one page to sign in and consent, and those of the device flow.
import { state } from './state.js';

const TITLES = { input: 'Enter code', confirm: 'Confirm code', success: 'Signed in', error: 'Error' };

const safe = (text) => String(text ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function show(ctx, title, body) {
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1>${body}</body></html>`;
}

const button = (label, name, value, form) => `<button ${form ? `form="${form}" ` : ''}name="${name}" value="${value}">${label}</button>`;

// The interaction of oidc-provider at /interaction/ID: GET shows the page, POST is one of its buttons.
export async function interaction(provider, ctx) {
  const { params } = await provider.interactionDetails(ctx.req, ctx.res);
  if (ctx.method !== 'POST') {
    showSignIn(ctx, params, params.login_hint);
    return;
  }
  const { user: name, password, decision } = ctx.req.body;
  const user = state.users[name];
  if (decision === 'refuse') {
    await resume(provider, ctx, { error: 'access_denied', error_description: 'The user refused to consent.' });
  } else if (user?.password !== password) {
    showSignIn(ctx, params, name, '<p id="problem">Wrong user name or password.</p>');
  } else {
    const grant = new provider.Grant({ accountId: user.subject, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const grantId = await grant.save();
    if (params.access_type === 'offline') state.offline[grantId] = true;
    await resume(provider, ctx, { select_account: {}, login: { accountId: user.subject }, consent: { grantId } });
  }
}

function showSignIn(ctx, params, name, problem = '') {
  const scopes = params.scope.split(' ').map((scope) => `<li>${safe(scope)}</li>`).join('');
  show(ctx, 'Sign in', `${problem}<form method="post" action="${ctx.originalUrl}">
<p>${safe(params.client_id)} asks for:</p><ul>${scopes}</ul>
<label>User name <input name="user" value="${safe(name)}"></label>
<label>Password <input name="password" type="password"></label>
${button('Allow', 'decision', 'allow')}${button('Refuse', 'decision', 'refuse')}</form>`);
}

async function resume(provider, ctx, result) {
  const next = await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  ctx.status = 303;
  ctx.redirect(next);
}

export const device = {
  userCodeInputSource(ctx, form, out, error) {
    const problem = error ? `<p id="problem">${safe(error.userCode ? 'Wrong code' : error.message)}</p>` : '';
    show(ctx, TITLES.input, `${problem}${form}${button('Next', 'next', 'yes', 'op.deviceInputForm')}`);
  },
  userCodeConfirmSource(ctx, form, client, info, code) {
    const buttons = button('Continue', 'next', 'yes', 'op.deviceConfirmForm')
      + button('Abort', 'abort', 'yes', 'op.deviceConfirmForm');
    show(ctx, TITLES.confirm, `<p>${safe(client.clientId)}: <code>${safe(code)}</code></p>${form}${buttons}`);
  },
  successSource(ctx) {
    show(ctx, TITLES.success, '<p>You may close this page.</p>');
  },
};

export function renderError(ctx, out) {
  show(ctx, TITLES.error, `<p id="problem">${safe(out.error)}: ${safe(out.error_description)}</p>`);
}
