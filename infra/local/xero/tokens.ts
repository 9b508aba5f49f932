/** Access tokens: RS256 JWTs by the sandbox's own key, judged by the sandbox's clock. */
import type { KeyObject } from 'node:crypto';
import { createPublicKey, createPrivateKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import type { Store } from './store.ts';

export interface AccessClaims {
  sub: string;
  client_id: string;
  authentication_event_id: string;
  scope: string[];
  exp: number;
}

export interface Tokens {
  /** Signs claims with `lifetimeSeconds` from now. */
  issue(claims: Record<string, unknown>, lifetimeSeconds: number, nowMs: number): string;
  /** Claims of a token of ours, expired or not; undefined for anything else. */
  read(token: string): AccessClaims | undefined;
  /** Public key, as JWKS. */
  jwks(): { keys: object[] };
}

interface StoredKey {
  id: string;
  pem: string;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const keyId = 'sandbox-1';

/** Loads the key, or makes one and keeps it. */
export const createTokens = (store: Store, issuer: () => string): Tokens => {
  const keys = store.collection<StoredKey>({ scope: '', kind: 'signingKey', idOf: (key) => key.id });
  let stored = keys.get(keyId);
  if (!stored) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    stored = { id: keyId, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    keys.put(stored);
    store.commit();
  }
  const privateKey: KeyObject = createPrivateKey(stored.pem);
  const publicKey = createPublicKey(privateKey);
  const seen = new Map<string, AccessClaims>();
  const verified = (token: string): AccessClaims | undefined => {
    const [header, payload, signature] = token.split('.');
    if (!header || !payload || !signature) return undefined;
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as AccessClaims;
    return Array.isArray(claims.scope) ? claims : undefined;
  };
  return {
    issue: (claims, lifetimeSeconds, nowMs) => {
      const now = Math.floor(nowMs / 1000);
      const all = { nbf: now, exp: now + lifetimeSeconds, iat: now, iss: issuer(), jti: randomUUID(), ...claims };
      const signed = `${encode({ alg: 'RS256', kid: keyId, typ: 'JWT' })}.${encode(all)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    read: (token) => {
      const known = seen.get(token);
      if (known) return known;
      const claims = verified(token);
      if (claims) {
        if (seen.size > 1000) seen.clear();
        seen.set(token, claims);
      }
      return claims;
    },
    jwks: () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' }] }),
  };
};
