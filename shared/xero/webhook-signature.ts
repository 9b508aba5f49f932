import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a webhook's bytes carry Xero's signature (base64 of HMAC-SHA256) under one of the keys. Every key is tried, each in
 * constant time, so that neither a right prefix nor a key's place shows in the time it takes.
 */
export const isSigned = (body: Uint8Array, signature: string | undefined, keys: readonly string[]): boolean => {
  const given = Buffer.from(signature ?? '', 'utf8');
  let right = false;
  for (const key of keys) {
    const wanted = Buffer.from(createHmac('sha256', key).update(body).digest('base64'), 'utf8');
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) right = true;
  }
  return right;
};
