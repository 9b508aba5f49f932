import { createHmac } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWTPayload,
} from 'jose';
import { createTokenIssuer } from '../../infra/local/host/sign-in.ts';
import type { RunningSystem } from './running-system.ts';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that look like one of an admin and must open nothing, by what is wrong with them. Half of them are signed by the true key. */
export const worthlessTokens = async ({ system, tokens }: RunningSystem): Promise<Record<string, string>> => {
  const issuer = await createTokenIssuer(system.host.engines.store);
  const [publicKey = {}] = issuer.jwks.keys;
  const payload = decodeJwt(tokens.admin) as JWTPayload & { iss: string; sub: string };
  const { exp: _exp, iat: _iat, ...claims } = payload;
  const { kid } = decodeProtectedHeader(tokens.admin);
  const stranger = await generateKeyPair('RS256');
  const expertAsAdmin = { ...decodeJwt(tokens.expert), role: 'admin', export: 'true' };
  const signedBy = (key: CryptoKey, what: JWTPayload): Promise<string> =>
    new SignJWT(what).setProtectedHeader({ alg: 'RS256', kid: String(kid) }).sign(key);
  const [, , signature = ''] = tokens.admin.split('.');
  const [head = '', , ownSignature = ''] = tokens.expert.split('.');
  const secret = await exportSPKI((await importJWK(publicKey, 'RS256', { extractable: true })) as CryptoKey);
  const confused = `${encoded({ alg: 'HS256', kid })}.${encoded(payload)}`;
  return {
    expired: await issuer.sign(claims, -1),
    'alg none': `${encoded({ alg: 'none', kid })}.${encoded(payload)}.`,
    'alg none with a signature': `${encoded({ alg: 'none', kid })}.${encoded(payload)}.${signature}`,
    'signed with the public key as a secret': `${confused}.${createHmac('sha256', secret).update(confused).digest('base64url')}`,
    'of another client': await issuer.sign({ ...claims, client_id: 'another-client' }, 600),
    'of another issuer': await issuer.sign({ ...claims, iss: `${claims.iss}x` }, 600),
    'role claim forged with a key of their own': await signedBy(stranger.privateKey, expertAsAdmin),
    'role claim forged under the true signature': `${head}.${encoded(expertAsAdmin)}.${ownSignature}`,
    'no token at all': 'admin',
  };
};

/** Tokens that the user pool has truly signed and that name nobody who may do anything here. */
export const powerlessTokens = async ({ system, tokens }: RunningSystem): Promise<Record<string, string>> => {
  const issuer = await createTokenIssuer(system.host.engines.store);
  const { iss, sub, client_id, workspace, member, ...rest } = decodeJwt(tokens.admin) as JWTPayload & {
    iss: string;
    sub: string;
  };
  const { exp: _exp, iat: _iat, ...claims } = rest;
  const named = { workspace, member, role: 'admin', export: 'true' };
  return {
    'identity token': await issuer.sign({ iss, sub, aud: String(client_id), token_use: 'id', ...named }, 600),
    'person who belongs nowhere': await issuer.sign({ ...claims, iss, sub, client_id, role: 'admin' }, 600),
    'role that there is not': await issuer.sign({ ...claims, iss, sub, client_id, ...named, role: 'owner' }, 600),
  };
};
