import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { date, id, moneySchema } from './common.ts';
import { defineRoutes } from './route.ts';

const rated = z.object({ rate: moneySchema, rateSource: z.string() });

export const reRatingSchema = z
  .object({
    entries: z.array(
      z.object({
        timeEntryId: z.string(),
        memberId: z.string(),
        date: z.string(),
        seconds: z.int(),
        before: rated.nullable(),
        after: rated,
      }),
    ),
    unchanged: z.int(),
    before: moneySchema,
    after: moneySchema,
    expect: z.string(),
  })
  .meta({ id: 'ReRatingPreview' });

const choice = {
  from: date.optional(),
  to: date.optional(),
  memberIds: z.array(id('mem')).min(1).max(100).optional(),
};
const room = { capability: 'time', access: 'finance', params: z.strictObject({ id: id('job') }) } as const;

/** Rates are frozen on entries; these are the one way to give unbilled entries those that hold now. */
export const reRatingRoutes = defineRoutes([
  {
    id: 'previewReRating',
    method: 'POST',
    path: '/v1/jobs/{id}/re-rate/preview',
    ...room,
    idempotency: 'none',
    summary: 'What rating the unbilled entries of a job anew would change; nothing is written',
    body: z.strictObject(choice),
    reply: { status: 200, schema: reRatingSchema },
  },
  {
    id: 'reRateEntries',
    method: 'POST',
    path: '/v1/jobs/{id}/re-rate',
    ...room,
    summary: 'Give the unbilled entries of a job the rates that hold now, as a preview has shown',
    body: z.strictObject({ ...choice, expect: z.string().max(100) }),
    reply: {
      status: 200,
      schema: z.object({
        changed: z.int(),
        unchanged: z.int(),
        skipped: z.array(z.object({ timeEntryId: z.string(), reason: z.enum(['taken', 'changed', 'gone']) })),
      }),
    },
  },
]);

/** A request to one of these routes. */
export type ReRatingCall<Id extends (typeof reRatingRoutes)[number]['id']> = Call<RouteOf<typeof reRatingRoutes, Id>>;
