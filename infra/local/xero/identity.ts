/** Grants, refresh tokens and connections: who let the app into which organisation, and for how long. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Settings } from './settings.ts';
import type { Collection, Store } from './store.ts';
import type { Tokens } from './tokens.ts';

export const codeLifetimeMs = 5 * 60_000;
export const accessLifetimeSeconds = 30 * 60;
export const idTokenLifetimeSeconds = 5 * 60;
const refreshLifetimeMs = 60 * 86_400_000;
const graceMs = 30 * 60_000;

export interface Grant {
  id: string;
  userId: string;
  scopes: string[];
  authEventId: string;
  refreshToken?: string;
  refreshExpiresAt: number;
  /** The token before the current one: can be tried again for a while in case the answer was lost. */
  previousToken?: string;
  previousUntil: number;
  revoked: boolean;
}

export interface Code {
  code: string;
  userId: string;
  tenantId: string;
  scopes: string[];
  redirectUri: string;
  challenge?: string;
  expiresAt: number;
  used: boolean;
  authEventId: string;
}

export interface Connection {
  id: string;
  userId: string;
  tenantId: string;
  authEventId: string;
  createdAt: number;
  updatedAt: number;
  active: boolean;
}

export interface TokenAnswer {
  access_token: string;
  expires_in: number;
  token_type: 'Bearer';
  scope: string;
  refresh_token?: string;
  id_token?: string;
}

/** Why a token call is refused, in OAuth's words. */
export class OAuthError extends Error {}

export interface Identity {
  readonly codes: Collection<Code>;
  readonly grants: Collection<Grant>;
  readonly connections: Collection<Connection>;
  /** A person agreed: connects the organisation and gives a code for the redirect. */
  consent(request: Omit<Code, 'code' | 'expiresAt' | 'used' | 'authEventId'>): Code;
  /** Throws OAuthError. */
  exchange(code: string, redirectUri: string, verify: (code: Code) => boolean): TokenAnswer;
  /** Throws OAuthError. */
  refresh(token: string): TokenAnswer;
  /** Ends a refresh token and every connection of its user. */
  revoke(token: string): void;
  /** The people of the organisation throw the app out. */
  disconnect(tenantId: string): void;
  isConnected(userId: string, tenantId: string): boolean;
}

const newToken = (): string => randomBytes(32).toString('base64url');

/** Opens identity on its stored grants. */
export const createIdentity = (
  store: Store,
  { clock, settings, tokens, clientId }: { clock: SandboxClock; settings: Settings; tokens: Tokens; clientId: string },
): Identity => {
  const codes = store.collection<Code>({ scope: '', kind: 'code', idOf: ({ code }) => code });
  const grants = store.collection<Grant>({
    scope: '',
    kind: 'grant',
    idOf: ({ id }) => id,
    indexes: { token: ({ refreshToken, previousToken }) => [refreshToken, previousToken] },
  });
  const connections = store.collection<Connection>({
    scope: '',
    kind: 'connection',
    idOf: ({ id }) => id,
    indexes: { user: ({ userId }) => [userId], tenant: ({ tenantId }) => [tenantId], both: (c) => [`${c.userId} ${c.tenantId}`] },
  });

  const answer = (grant: Grant): TokenAnswer => {
    const now = clock.now();
    const person = {
      sub: grant.userId,
      auth_time: Math.floor(now / 1000),
      xero_userid: grant.userId,
      global_session_id: grant.id,
    };
    const claims = { ...person, client_id: clientId, authentication_event_id: grant.authEventId, scope: grant.scopes };
    return {
      ...(grant.scopes.includes('openid') && {
        id_token: tokens.issue(
          { ...person, aud: clientId, email: `${grant.userId.slice(0, 8)}@example.test` },
          idTokenLifetimeSeconds,
          now,
        ),
      }),
      access_token: tokens.issue({ ...claims, aud: 'sandbox/resources' }, accessLifetimeSeconds, now),
      expires_in: accessLifetimeSeconds,
      token_type: 'Bearer',
      ...(grant.refreshToken && { refresh_token: grant.refreshToken }),
      scope: grant.scopes.join(' '),
    };
  };

  const connect = (userId: string, tenantId: string, authEventId: string): void => {
    const old = connections.find('both', `${userId} ${tenantId}`)[0];
    const now = clock.now();
    connections.put(
      old
        ? { ...old, authEventId, updatedAt: now, active: true }
        : { id: randomUUID(), userId, tenantId, authEventId, createdAt: now, updatedAt: now, active: true },
    );
  };
  const end = (connection: Connection): void => connections.put({ ...connection, active: false });

  return {
    codes,
    grants,
    connections,
    consent: (request) => {
      const authEventId = randomUUID();
      connect(request.userId, request.tenantId, authEventId);
      const code: Code = { ...request, code: newToken(), expiresAt: clock.now() + codeLifetimeMs, used: false, authEventId };
      codes.put(code);
      return code;
    },
    exchange: (text, redirectUri, verify) => {
      const code = codes.get(text);
      if (!code || code.used || clock.now() >= code.expiresAt || code.redirectUri !== redirectUri || !verify(code))
        throw new OAuthError('invalid_grant');
      codes.put({ ...code, used: true });
      const grant: Grant = {
        id: randomUUID(),
        userId: code.userId,
        scopes: code.scopes,
        authEventId: code.authEventId,
        ...(code.scopes.includes('offline_access') && { refreshToken: newToken() }),
        refreshExpiresAt: clock.now() + refreshLifetimeMs,
        previousUntil: 0,
        revoked: false,
      };
      grants.put(grant);
      return answer(grant);
    },
    refresh: (token) => {
      const grant = grants.find('token', token)[0];
      const now = clock.now();
      if (!grant || grant.revoked) throw new OAuthError('invalid_grant');
      const current = grant.refreshToken === token && now < grant.refreshExpiresAt;
      const inGrace = grant.previousToken === token && now < grant.previousUntil && !settings.strictRefresh;
      if (!current && !inGrace) throw new OAuthError('invalid_grant');
      // Within the grace the clock of the first use goes on running, and the token that was lost on the way is dead.
      const previousUntil = current ? now + graceMs : grant.previousUntil;
      const rotated: Grant = {
        ...grant,
        refreshToken: newToken(),
        refreshExpiresAt: now + refreshLifetimeMs,
        previousToken: token,
        previousUntil,
      };
      grants.put(rotated);
      return answer(rotated);
    },
    revoke: (token) => {
      const grant = grants.find('token', token)[0];
      if (!grant) return;
      grants.put({ ...grant, revoked: true });
      for (const connection of connections.find('user', grant.userId)) end(connection);
    },
    disconnect: (tenantId) => {
      for (const connection of connections.find('tenant', tenantId)) end(connection);
    },
    isConnected: (userId, tenantId) => connections.find('both', `${userId} ${tenantId}`)[0]?.active === true,
  };
};
