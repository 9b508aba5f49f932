/** OAuth over HTTP: the consent page, the token and revocation calls, the list of connections. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Reply } from './api-call.ts';
import { unauthorized } from './doors.ts';
import { escapeHtml, htmlReply, layout } from './html.ts';
import type { Code, Connection } from './identity.ts';
import { OAuthError } from './identity.ts';
import type { HttpCall } from './http-call.ts';
import type { Sandbox } from './sandbox.ts';
import { parseScopes } from './scopes.ts';
import { people } from './people.ts';

const redirect = (to: string, fields: Record<string, string | null>): Reply => {
  const url = new URL(to);
  for (const [name, value] of Object.entries(fields)) if (value !== null) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.toString(), 'cache-control': 'no-store' }, body: '' };
};

const refusalPage = (reason: string): Reply =>
  htmlReply(400, layout('Sorry', `<h1>Sorry, something went wrong</h1><p>Error: ${escapeHtml(reason)}</p>`));

const consentPage = (sandbox: Sandbox, query: URLSearchParams, scopes: readonly string[]): Reply => {
  const organisations = [...sandbox.organisations.values()]
    .map(
      ({ OrganisationID, Name, CountryCode }, index) =>
        `<label><input type="radio" name="organisation" value="${OrganisationID}"${index === 0 ? ' checked' : ''}> ${escapeHtml(Name)} <small>${CountryCode}</small></label>`,
    )
    .join('');
  const users = people.map(({ id, name }) => `<option value="${id}">${escapeHtml(name)}</option>`).join('');
  const form = `<form method="post" action="/identity/connect/authorize?${escapeHtml(query.toString())}">
<fieldset><legend>Organisation</legend>${organisations}</fieldset>
<p><label>Signed in as <select name="user">${users}</select></label></p>
<p><button>Allow access</button> <button name="deny" value="1" class="quiet" formnovalidate>Cancel</button></p></form>`;
  const wanted = scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return htmlReply(
    200,
    layout(
      'Allow access',
      `<h1>An app wants access to your organisation</h1>${form}<details><summary>It asks for</summary><ul>${wanted}</ul></details>`,
    ),
  );
};

/** GET shows the page, POST is the person's answer. */
const authorize = (sandbox: Sandbox, call: HttpCall): Reply => {
  const { query } = call;
  const redirectUri = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== sandbox.options.clientId) return refusalPage('unauthorized_client');
  if (!sandbox.options.redirectUris.includes(redirectUri)) return refusalPage('invalid redirect_uri');
  const state = query.get('state');
  if (query.get('response_type') !== 'code') return redirect(redirectUri, { error: 'unsupported_response_type', state });
  const scopes = parseScopes(query.get('scope') ?? '');
  if (!scopes) return redirect(redirectUri, { error: 'invalid_scope', state });
  const challenge = query.get('code_challenge');
  if (challenge && query.get('code_challenge_method') !== 'S256')
    return redirect(redirectUri, { error: 'invalid_request', state });
  if (call.method === 'GET') return consentPage(sandbox, query, scopes);
  if (call.form.get('deny')) return redirect(redirectUri, { error: 'access_denied', state });
  const organisation = sandbox.organisations.get(call.form.get('organisation') ?? '');
  if (!organisation) return refusalPage('no organisation was chosen');
  const code = sandbox.identity.consent({
    userId: people.find(({ id }) => id === call.form.get('user'))?.id ?? people[0]!.id,
    tenantId: organisation.OrganisationID,
    scopes,
    redirectUri,
    ...(challenge && { challenge }),
  });
  return redirect(redirectUri, { code: code.code, scope: scopes.join(' '), state, session_state: code.authEventId });
};

const same = (a: string, b: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** HTTP Basic, or the two fields in the form. */
const clientIsKnown = (sandbox: Sandbox, call: HttpCall): boolean => {
  const basic = /^Basic (.+)$/i.exec(call.headers['authorization'] ?? '');
  const decoded = basic
    ? Buffer.from(basic[1]!, 'base64').toString()
    : `${call.form.get('client_id') ?? ''}:${call.form.get('client_secret') ?? ''}`;
  const at = decoded.indexOf(':');
  const { clientId, clientSecret } = sandbox.options;
  return at >= 0 && same(decoded.slice(0, at), clientId) && same(decoded.slice(at + 1), clientSecret);
};

const oauthError = (error: string): Reply => ({ status: 400, headers: { 'cache-control': 'no-store' }, json: { error } });

const provesPossession = (code: Code, verifier: string | null): boolean =>
  code.challenge === undefined ||
  createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url') === code.challenge;

const token = (sandbox: Sandbox, call: HttpCall): Reply => {
  if (!clientIsKnown(sandbox, call)) return oauthError('invalid_client');
  const { form } = call;
  try {
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return {
          status: 200,
          headers: { 'cache-control': 'no-store' },
          json: sandbox.identity.exchange(form.get('code') ?? '', form.get('redirect_uri') ?? '', (code) =>
            provesPossession(code, form.get('code_verifier')),
          ),
        };
      case 'refresh_token':
        return {
          status: 200,
          headers: { 'cache-control': 'no-store' },
          json: sandbox.identity.refresh(form.get('refresh_token') ?? ''),
        };
      case 'client_credentials':
        return oauthError('unauthorized_client');
      default:
        return oauthError('unsupported_grant_type');
    }
  } catch (error) {
    if (error instanceof OAuthError) return oauthError(error.message);
    throw error;
  }
};

const revocation = (sandbox: Sandbox, call: HttpCall): Reply => {
  if (!clientIsKnown(sandbox, call)) return oauthError('invalid_client');
  sandbox.identity.revoke(call.form.get('token') ?? '');
  return { status: 200, body: '' };
};

const connectionWire = (sandbox: Sandbox, connection: Connection): object => {
  const instant = (ms: number): string => new Date(ms).toISOString().replace('Z', '0000');
  return {
    id: connection.id,
    authEventId: connection.authEventId,
    tenantId: connection.tenantId,
    tenantType: 'ORGANISATION',
    tenantName: sandbox.organisations.get(connection.tenantId)?.Name ?? '',
    createdDateUtc: instant(connection.createdAt),
    updatedDateUtc: instant(connection.updatedAt),
  };
};

const connections = (sandbox: Sandbox, call: HttpCall): Reply => {
  const claims = sandbox.readBearer(call.headers);
  if ('refusal' in claims) return unauthorized(claims.refusal);
  const mine = sandbox.identity.connections.find('user', claims.sub).filter(({ active }) => active);
  const id = call.path.split('/')[2];
  if (call.method === 'DELETE' && id) {
    const connection = mine.find((each) => each.id === id);
    if (!connection) return { status: 404, body: '' };
    sandbox.identity.connections.put({ ...connection, active: false });
    return { status: 204, body: '' };
  }
  if (call.method !== 'GET' || id) return { status: 404, body: '' };
  const event = call.query.get('authEventId');
  const chosen = event ? mine.filter(({ authEventId }) => authEventId === event) : mine;
  return { status: 200, json: chosen.map((connection) => connectionWire(sandbox, connection)) };
};

const discovery = (sandbox: Sandbox): Reply => ({
  status: 200,
  json: {
    issuer: sandbox.url(),
    authorization_endpoint: `${sandbox.url()}/identity/connect/authorize`,
    token_endpoint: `${sandbox.url()}/connect/token`,
    revocation_endpoint: `${sandbox.url()}/connect/revocation`,
    jwks_uri: `${sandbox.url()}/.well-known/openid-configuration/jwks`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
  },
});

/** Answers identity calls; undefined when the path is none of them. */
export const identityReply = (sandbox: Sandbox, call: HttpCall): Reply | undefined => {
  const on = `${call.method} ${call.path}`;
  if (on === 'GET /identity/connect/authorize' || on === 'POST /identity/connect/authorize') return authorize(sandbox, call);
  if (on === 'POST /connect/token') return token(sandbox, call);
  if (on === 'POST /connect/revocation') return revocation(sandbox, call);
  if (on === 'GET /.well-known/openid-configuration') return discovery(sandbox);
  if (on === 'GET /.well-known/openid-configuration/jwks') return { status: 200, json: sandbox.tokens.jwks() };
  if (call.path === '/connections' || call.path.startsWith('/connections/')) return connections(sandbox, call);
  return undefined;
};
