import * as z from 'zod';
import { instant, metadata, reference } from './shapes.ts';

/** Takes a field where it fits. Other kinds of objects use the same names for other things, and those aren't ours to judge. */
const field = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/**
 * What we keep of the object an event is about, in Stripe's own field names. All else, the payer's name, address and card
 * among it, is dropped here.
 */
const snapshot = z.object({
  object: z.string(),
  id: field(z.string()),
  status: field(z.string()),
  currency: field(z.string()),
  amount: field(z.int()),
  amount_received: field(z.int()),
  amount_captured: field(z.int()),
  amount_total: field(z.int()),
  captured: field(z.boolean()),
  payment_status: field(z.string()),
  payment_intent: field(reference),
  charge: field(reference),
  latest_charge: field(reference),
  last_payment_error: field(z.object({ charge: field(z.string()) })),
  metadata: field(metadata),
});

export type EventSnapshot = z.output<typeof snapshot>;

const event = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  livemode: z.boolean(),
});

/** An event as Stripe sends and lists it, reduced to what we keep. `accountId` is null for events of the platform's own account. */
export const receivedEvent = event
  .extend({
    object: z.literal('event'),
    account: z.string().optional(),
    created: instant,
    data: z.object({ object: snapshot }),
  })
  .transform(({ id, type, livemode, account, created, data }) => ({
    id,
    type,
    livemode,
    accountId: account ?? null,
    created,
    snapshot: data.object,
  }));

/** The same event as we hand it on in a queue. */
export const stripeEventSchema = event.extend({ accountId: z.string().nullable(), created: z.string(), snapshot });

export type StripeEvent = z.output<typeof stripeEventSchema>;
