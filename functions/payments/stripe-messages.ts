import * as z from 'zod';

const v = z.literal(1);

/** A verified event, reduced to what is needed to look up what is true. */
const stripeEvent = z.object({
  v,
  kind: z.literal('stripe-event'),
  eventId: z.string(),
  type: z.string(),
  accountId: z.string(),
  livemode: z.boolean(),
  created: z.string(),
  paymentIntentId: z.string().nullable(),
  chargeId: z.string().nullable(),
  sessionId: z.string().nullable(),
  payoutId: z.string().optional(),
});

/** What is due on an invoice has changed elsewhere: a page that asks for something else must be closed. */
const closeCheckout = z.object({ v, kind: z.literal('close-checkout'), workspaceId: z.string(), invoiceId: z.string() });

const message = z.discriminatedUnion('kind', [stripeEvent, closeCheckout]);

/** What the queue of Stripe events carries. The queue's client adds the version. */
export type StripeMessage = z.infer<typeof message>;
export type StripeEventMessage = z.infer<typeof stripeEvent>;

/** Reads a message; what isn't one, or is of another version, fails until the dead-letter queue takes it. */
export const readMessage = (body: unknown): StripeMessage => {
  const parsed = message.safeParse(body);
  // The parser's own words would quote the message.
  if (!parsed.success) throw new Error('the message is none that this worker knows');
  return parsed.data;
};
