import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { id, moneySchema } from './common.ts';
import { defineRoutes } from './route.ts';

export const correctionsSchema = z
  .object({
    invoiceId: z.string(),
    number: z.string().nullable(),
    status: z.string(),
    xeroStatus: z.string().nullable().meta({ description: 'Its status in Xero at this moment; null when it is not there' }),
    seen: z.enum(['xero', 'last-seen', 'not-there']).meta({ description: 'Where that is known from' }),
    paths: z.array(
      z.object({
        path: z.enum(['return-to-draft', 'void', 'credit-note', 'refund']),
        request: z.object({ method: z.literal('POST'), path: z.string() }),
        atMost: moneySchema.optional(),
        writes: z.array(z.object({ where: z.enum(['here', 'xero', 'stripe']), what: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Corrections' });

export const correctionRoutes = defineRoutes([
  {
    id: 'getCorrections',
    method: 'GET',
    path: '/v1/invoices/{id}/corrections',
    capability: 'xero',
    access: 'finance',
    summary: 'The ways in which an invoice can be corrected, by its true state here and in Xero, each with every write it makes',
    params: z.strictObject({ id: id('inv') }),
    reply: { status: 200, schema: correctionsSchema },
  },
]);

/** A parsed request to the route above. */
export type CorrectionCall<Id extends (typeof correctionRoutes)[number]['id']> = Call<RouteOf<typeof correctionRoutes, Id>>;
