import { randomUUID } from 'node:crypto';
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { StateStore } from './state-store.ts';

/** Claims that a token carries besides the standard ones. */
export type Claims = Record<string, unknown>;

/** Signs and checks tokens with the key of this installation. Everything here goes by real time. */
export type TokenIssuer = {
  sign(claims: Claims & { iss: string; sub: string }, validForSeconds: number): Promise<string>;
  /**
   * Checks signature, algorithm, issuer, times and audience (`aud`, or `client_id` where there is no `aud`) as an
   * HTTP API's authorizer does. Rejects on anything else.
   */
  verify(token: string, expected: { issuer: string; audiences: string[] }): Promise<Claims>;
  /** The public keys, as served at `/.well-known/jwks.json`. */
  jwks: { keys: JWK[] };
};

/** Loads the signing key from the store, or makes one at the first start. */
export const createTokenIssuer = async (store: StateStore): Promise<TokenIssuer> => {
  const stored = store.get<{ privateKey: JWK; publicKey: JWK }>('signing-key', 'current') ?? (await makeKey(store));
  const privateKey = (await importJWK(stored.privateKey, 'RS256')) as CryptoKey;
  const jwks = { keys: [stored.publicKey] };
  const keySet = createLocalJWKSet(jwks);
  return {
    jwks,
    sign: (claims, validForSeconds) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: String(stored.publicKey.kid) })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + validForSeconds)
        .sign(privateKey),
    verify: async (token, { issuer, audiences }) => {
      const { payload } = await jwtVerify(token, keySet, { issuer, algorithms: ['RS256'], requiredClaims: ['exp', 'iat'] });
      const audience = payload.aud ?? (payload['client_id'] as string | undefined) ?? [];
      const named = Array.isArray(audience) ? audience : [audience];
      if (!named.some((one) => audiences.includes(one))) throw new Error('The token is for another audience.');
      return payload;
    },
  };
};

const makeKey = async (store: StateStore) => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const key = {
    privateKey: await exportJWK(pair.privateKey),
    publicKey: { ...(await exportJWK(pair.publicKey)), kid: randomUUID(), use: 'sig', alg: 'RS256' },
  };
  store.put('signing-key', 'current', key);
  return key;
};
