import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from './days.ts';
import { epochMs } from './days.ts';

/** Where a link leads. */
export type LinkPlace = { workspaceId: string; documentId: string };

const ulid = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
const secretPattern = '[A-Za-z0-9_-]{43}';
const pattern = new RegExp(`^(${ulid})(${ulid})(${secretPattern})$`);

/**
 * The token of a link: where it leads, in clear, so that one read finds everything, and behind it 256 bits that nobody can guess
 * (43 characters of base64url). Only the hash of it is stored.
 */
export function shareTokenOf({ workspaceId, documentId }: LinkPlace, secret: string): string {
  return `${workspaceId.slice(-26)}${documentId.slice(-26)}${secret}`;
}

/** What a token says of where it leads; undefined for a text that is no token. `prefix` is that of the document's id. */
export function readShareToken(token: string, prefix: string): LinkPlace | undefined {
  const [, workspace, document] = pattern.exec(token) ?? [];
  return workspace === undefined || document === undefined
    ? undefined
    : { workspaceId: `ws_${workspace}`, documentId: `${prefix}_${document}` };
}

/** The token with the same secret that leads to another document of the workspace. */
export function tokenFor(token: string, documentId: string): string {
  return `${token.slice(0, 26)}${documentId.slice(-26)}${token.slice(52)}`;
}

/** What is stored of a token (SHA-256, base64url). */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Whether a token is the one whose hash is stored; takes as long for a near miss as for any other. */
export function isTokenOf(token: string, storedHash: string | null): boolean {
  return storedHash !== null && isEqual(hashOfToken(token), storedHash);
}

/**
 * The secret of a link that a repeated request must answer again: made of a random seed, which is kept as long as the request's record,
 * and the request's own key. So the link itself is never stored.
 */
export function secretFrom(seed: string, requestKey: string): string {
  return createHmac('sha256', seed).update(requestKey).digest('base64url');
}

const nonceLivesMs = 24 * 3_600_000;

/**
 * What a form carries to show that somebody read the page first: made of the link itself and of the document's version, so that it
 * fits no other link, and none of its forms fits any more once one of them has changed something.
 */
export function nonceFor(token: string, version: number, now: Instant): string {
  const at = epochMs(now).toString(36);
  return `${at}.${sealOf(token, version, at)}`;
}

/** Whether a form's nonce is of this link and version, and of a page that was read within a day. */
export function isFreshNonce(nonce: string, token: string, version: number, now: Instant): boolean {
  const [at = '', seal = ''] = nonce.split('.');
  const readAt = /^[0-9a-z]{1,10}$/.test(at) ? parseInt(at, 36) : Number.NaN;
  const age = epochMs(now) - readAt;
  return age >= 0 && age <= nonceLivesMs && isEqual(seal, sealOf(token, version, at));
}

function sealOf(token: string, version: number, at: string): string {
  return createHmac('sha256', token).update(`form/1 ${version} ${at}`).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
