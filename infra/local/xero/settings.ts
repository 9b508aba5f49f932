/** The switches: everything the outside world leaves unsettled, or that differs by plan, can be turned here while the sandbox runs. */
import * as z from 'zod';

export const settingsSchema = z.strictObject({
  /** Calls an organisation takes a day. */
  tier: z.union([z.literal(1000), z.literal(5000), z.number().int().positive()]),
  minuteLimit: z.number().int().positive(),
  concurrentLimit: z.number().int().positive(),
  appMinuteLimit: z.number().int().positive(),
  /** Which way exact ties go. */
  rounding: z.enum(['half-up', 'half-even']),
  /** What a sent TaxAmount does. */
  taxAmount: z.enum(['accept', 'ignore', 'refuse-above-unit-amount']),
  /** A used refresh token dies at once, instead of 30 minutes later. */
  strictRefresh: z.boolean(),
  /** How long answers are kept under their Idempotency-Key; 0 keeps none. */
  idempotencyMinutes: z.union([z.number().min(0), z.literal('forever')]),
  /** The number of a deleted draft may be taken again. */
  deletedNumberReuse: z.boolean(),
  /** What a list answers when nothing was modified since. */
  notModified: z.union([z.literal(200), z.literal(304)]),
  /** `If-Modified-Since` also gives what changed in that very second. */
  modifiedSinceInclusive: z.boolean(),
  /** Paying, or taking a payment back, tells of the invoice's change. */
  paymentsFireInvoiceWebhooks: z.boolean(),
  /** Real milliseconds every accounting answer takes, so that calls can overlap. */
  latencyMs: z.number().int().min(0).max(60_000),
});

export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  tier: 1000,
  minuteLimit: 60,
  concurrentLimit: 5,
  appMinuteLimit: 10_000,
  rounding: 'half-up',
  taxAmount: 'accept',
  strictRefresh: false,
  idempotencyMinutes: 6,
  deletedNumberReuse: false,
  notModified: 200,
  modifiedSinceInclusive: false,
  paymentsFireInvoiceWebhooks: true,
  latencyMs: 0,
};
