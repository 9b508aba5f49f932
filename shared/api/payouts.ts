import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { id, listOf, moneySchema, pageQuery, syncSchema } from './common.ts';
import { defineRoutes } from './route.ts';

export const payoutSchema = z
  .object({
    id: z.string(),
    amount: moneySchema,
    arrivalDate: z.string(),
    status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']),
    automatic: z.boolean(),
    /** Null while Stripe has not said what the payout is made of. */
    fees: moneySchema.nullable(),
    stripePayoutId: z.string(),
    sync: syncSchema,
  })
  .meta({ id: 'Payout', description: 'Money that Stripe has sent to the bank; negative where Stripe took it from there' });

const parts = z
  .object({ charges: moneySchema, refunds: moneySchema, disputes: moneySchema, other: moneySchema })
  .meta({ id: 'PayoutParts', description: 'What a payout is made of; less its fees it is the amount of the payout' });

const room = { capability: 'payments', access: 'finance' } as const;

export const payoutRoutes = defineRoutes([
  {
    id: 'listPayouts',
    method: 'GET',
    path: '/v1/payouts',
    ...room,
    summary: "Stripe's payouts to the bank, the latest arrival first",
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: listOf(payoutSchema) },
  },
  {
    id: 'getPayout',
    method: 'GET',
    path: '/v1/payouts/{id}',
    ...room,
    summary: 'One payout, and what it is made of',
    params: z.strictObject({ id: id('pot') }),
    reply: { status: 200, schema: payoutSchema.extend({ madeOf: parts.nullable() }).meta({ id: 'PayoutInFull' }) },
  },
]);

/** A parsed request to one of the routes above. */
export type PayoutCall<Id extends (typeof payoutRoutes)[number]['id']> = Call<RouteOf<typeof payoutRoutes, Id>>;
