import * as z from 'zod';
import { isDate, isZone } from '../domain/days.ts';
import { isCurrency } from '../domain/money.ts';

/** Plain text: no NUL, no lone surrogate, bounded in UTF-16 units. Stored as typed, escaped where it is shown. */
export const text = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'must be well-formed text without NUL characters');

export const currency = z
  .string()
  .refine(isCurrency, 'must be an ISO 4217 currency code')
  .meta({ description: 'ISO 4217 currency code' });
export const date = z.string().refine(isDate, 'must be a date YYYY-MM-DD').meta({ format: 'date' });
const documentDays = { first: '2000-01-01', last: '2199-12-31' };
/** A day that somebody writes onto a document or a setting: another century is a year mistyped. Lists may be asked for any day. */
export const documentDate = date
  .refine(
    (day) => !isDate(day) || (day >= documentDays.first && day <= documentDays.last),
    `must be from ${documentDays.first} to ${documentDays.last}`,
  )
  .meta({ format: 'date', description: `A day from ${documentDays.first} to ${documentDays.last}` });
export const instant = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .pipe(z.string());
export const zone = z.string().max(64).refine(isZone, 'must be an IANA time zone').meta({ description: 'IANA time zone' });
export const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code');
export const region = z.string().regex(/^[A-Z0-9]{1,3}$/, 'must be the part of an ISO 3166-2 code after the dash');
export const email = z.email().max(254);

const ULID = '[0-7][0-9A-HJKMNP-TV-Z]{25}';
/** An id of this product: prefix, underscore, ULID. */
export const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_${ULID}$`), `must be an id starting ${prefix}_`);

export const moneySchema = z
  .strictObject({ amount: z.int().min(-9_007_199_254_740_991).max(9_007_199_254_740_991), currency })
  .meta({ id: 'Money', description: 'A whole number of minor units with its currency' });
/** An amount a caller may name: not negative, below ten billion minor units. */
export const amount = z.strictObject({ amount: z.int().min(0).max(9_999_999_999), currency });
export const positiveAmount = z.strictObject({ amount: z.int().min(1).max(9_999_999_999), currency });

export const pageQuery = { limit: z.coerce.number().int().min(1).max(100).default(50), cursor: z.string().max(2000).optional() };
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().optional() });
/** Who has a document mailed may name another address than the client's own, and add words of their own. */
export const mailBody = z.strictObject({ to: email.optional(), message: text(2000).optional() });
/** A query parameter that is true or false. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Beside these, the facts of a refusal: the timer that runs, the version that stands. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details with a stable code' });

export const syncSchema = z
  .object({
    state: z.enum(['pending', 'sending', 'synced', 'blocked', 'failed', 'off']),
    reason: z.string().optional(),
    code: z.string().optional(),
    xeroId: z.string().optional(),
    lastSyncedAt: z.string().optional(),
    nextSyncAt: z.string().optional(),
  })
  .meta({ id: 'Sync', description: 'Where a document stands on its way to Xero' });
