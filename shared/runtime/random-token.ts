import { randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, as text for addresses. */
export const randomToken = (): string => randomBytes(32).toString('base64url');
