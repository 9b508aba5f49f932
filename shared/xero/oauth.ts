import * as z from 'zod';
import { XeroError } from './failure.ts';
import { scopes } from './scopes.ts';

/** The network, as far as OAuth needs it; brings its own time limit. Rejects when no answer came. */
export type Fetch = (
  url: string,
  request: { method: string; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; text(): Promise<string> }>;

/** The app as Xero knows it. */
export interface XeroApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token is good for, from its issue on. */
  readonly expiresInSeconds: number;
}

/** The refresh token, or the code, is not good any more: a person has to allow access anew. */
export class GrantInvalid extends Error {
  constructor() {
    super('Xero does not take this grant any more');
    this.name = 'GrantInvalid';
  }
}

const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number().default(1800) });
const errorAnswer = z.object({ error: z.string() });
const connections = z.array(
  z.object({ id: z.string(), tenantId: z.string(), tenantType: z.string().nullish(), tenantName: z.string().nullish() }),
);

/** One organisation that a consent reaches. `connectionId` is what has to be deleted in order to leave it. */
export interface Reached {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly name: string;
}

/** Where a person goes to allow access. */
export const authorizationUrl = (
  loginUrl: string,
  { clientId, redirectUri, state }: { clientId: string; redirectUri: string; state: string },
): string => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state,
  });
  return `${loginUrl}/identity/connect/authorize?${query.toString().replaceAll('+', '%20')}`;
};

const call = async (http: Fetch, url: string, request: Parameters<Fetch>[1]): Promise<{ status: number; json: unknown }> => {
  try {
    const answer = await http(url, request);
    return { status: answer.status, json: parse(await answer.text()) };
  } catch {
    throw new XeroError({ status: 0, code: 'no-answer' });
  }
};

const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

const form = (app: XeroApp, fields: Record<string, string>) => ({
  method: 'POST',
  headers: {
    authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  },
  body: new URLSearchParams(fields).toString(),
});

const failed = (status: number): XeroError =>
  new XeroError({
    status,
    code: status === 401 ? 'unauthorized' : status === 403 ? 'forbidden' : status >= 500 ? 'server-error' : 'refused',
  });

const tokens = async (http: Fetch, identityUrl: string, app: XeroApp, fields: Record<string, string>): Promise<Tokens> => {
  const { status, json } = await call(http, `${identityUrl}/connect/token`, form(app, fields));
  if (status === 400 && errorAnswer.safeParse(json).data?.error === 'invalid_grant') throw new GrantInvalid();
  if (status !== 200) throw failed(status);
  const parsed = tokenAnswer.safeParse(json);
  if (!parsed.success) throw new XeroError({ status, code: 'bad-answer' });
  const { access_token, refresh_token, expires_in } = parsed.data;
  return { accessToken: access_token, refreshToken: refresh_token, expiresInSeconds: expires_in };
};

/** Turns the code of a consent into tokens. Throws `GrantInvalid` for a code that was used or is older than 5 minutes. */
export const exchangeCode = (
  http: Fetch,
  identityUrl: string,
  app: XeroApp,
  { code, redirectUri }: { code: string; redirectUri: string },
): Promise<Tokens> => tokens(http, identityUrl, app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });

/**
 * New tokens for a refresh token, which is used up by it. When the answer was lost, the same refresh token may be sent again
 * for 30 minutes. Throws `GrantInvalid` when it is not good any more.
 */
export const refresh = (http: Fetch, identityUrl: string, app: XeroApp, refreshToken: string): Promise<Tokens> =>
  tokens(http, identityUrl, app, { grant_type: 'refresh_token', refresh_token: refreshToken });

/** Gives up a refresh token, and with it every connection of the person who consented. */
export const revoke = async (http: Fetch, identityUrl: string, app: XeroApp, refreshToken: string): Promise<void> => {
  const { status } = await call(http, `${identityUrl}/connect/revocation`, form(app, { token: refreshToken }));
  if (status !== 200) throw failed(status);
};

/** The organisations that a token reaches; with `authEventId` only those of one consent. */
export const listConnections = async (
  http: Fetch,
  apiUrl: string,
  accessToken: string,
  authEventId?: string,
): Promise<Reached[]> => {
  const query = authEventId === undefined ? '' : `?authEventId=${encodeURIComponent(authEventId)}`;
  const { status, json } = await call(http, `${apiUrl}/connections${query}`, {
    method: 'GET',
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
  });
  if (status !== 200) throw failed(status);
  const parsed = connections.safeParse(json);
  if (!parsed.success) throw new XeroError({ status, code: 'bad-answer' });
  return parsed.data
    .filter(({ tenantType }) => (tenantType ?? 'ORGANISATION') === 'ORGANISATION')
    .map(({ id, tenantId, tenantName }) => ({ connectionId: id, tenantId, name: tenantName ?? '' }));
};

/** Leaves one organisation. A connection that is gone already counts as left. */
export const deleteConnection = async (http: Fetch, apiUrl: string, accessToken: string, connectionId: string): Promise<void> => {
  const { status } = await call(http, `${apiUrl}/connections/${encodeURIComponent(connectionId)}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (status !== 204 && status !== 200 && status !== 404) throw failed(status);
};

const claims = z.object({ authentication_event_id: z.string() });

/** The consent that an access token came from. The token came straight from Xero, so its signature isn't checked again. */
export const consentOf = (accessToken: string): string | undefined => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  return claims.safeParse(parse(payload)).data?.authentication_event_id;
};
