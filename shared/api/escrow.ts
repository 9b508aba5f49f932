import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { id, listOf, moneySchema, pageQuery, positiveAmount } from './common.ts';
import { defineRoutes } from './route.ts';

/** An id that whoever holds the money gives: printable, without spaces, unique in the workspace. */
export const escrowId = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 printable characters without spaces');

export const fundingSchema = z
  .object({ id: z.string(), jobId: z.string(), amount: moneySchema, fundedAt: z.string() })
  .meta({ id: 'EscrowFunding' });

export const releaseSchema = z
  .object({
    id: z.string(),
    jobId: z.string(),
    memberId: z.string(),
    amount: moneySchema,
    invoiceId: z.string(),
    invoiceNumber: z.string(),
    paymentId: z.string(),
    releasedAt: z.string(),
  })
  .meta({ id: 'EscrowRelease' });

const room = { capability: 'invoices', access: 'finance' } as const;
const byJob = z.strictObject({ id: id('job') });

/** Money that is held for jobs with a fixed price. */
export const escrowRoutes = defineRoutes([
  {
    id: 'recordEscrowFunding',
    method: 'POST',
    path: '/v1/jobs/{id}/escrow-fundings',
    ...room,
    summary: 'Record money that was paid in for a job with a fixed price; once for each fundingId',
    params: byJob,
    body: z.strictObject({ fundingId: escrowId, amount: positiveAmount }),
    reply: { status: 201, schema: fundingSchema },
  },
  {
    id: 'listEscrow',
    method: 'GET',
    path: '/v1/jobs/{id}/escrow',
    ...room,
    summary: 'Fundings and releases of a job, the latest first',
    params: byJob,
    query: z.strictObject(pageQuery),
    reply: {
      status: 200,
      schema: listOf(
        z.discriminatedUnion('kind', [
          fundingSchema.extend({ kind: z.literal('funding') }),
          releaseSchema.extend({ kind: z.literal('release') }),
        ]),
      ),
    },
  },
  {
    id: 'recordEscrowRelease',
    method: 'POST',
    path: '/v1/escrow-releases',
    ...room,
    idempotency: 'required',
    summary: 'Release money of a job: its invoice is made, issued and paid at once; once for each releaseId',
    body: z.strictObject({ releaseId: escrowId, jobId: id('job'), memberId: id('mem'), amount: positiveAmount }),
    reply: { status: 201, schema: releaseSchema },
  },
]);

/** A request to one of these routes. */
export type EscrowCall<Id extends (typeof escrowRoutes)[number]['id']> = Call<RouteOf<typeof escrowRoutes, Id>>;
