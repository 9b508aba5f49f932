import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { date, id, instant, listOf, moneySchema, pageQuery, text } from './common.ts';
import { defineRoutes } from './route.ts';

const description = text(5000);
const day = z.object({ date: z.string(), seconds: z.int() });

export const timeEntrySchema = z
  .object({
    id: z.string(),
    jobId: z.string(),
    memberId: z.string(),
    serviceId: z.string().nullable(),
    date: z.string(),
    days: z.array(day),
    zone: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    seconds: z.int(),
    description: z.string(),
    billable: z.boolean(),
    status: z.enum(['unbilled', 'non-billable', 'held', 'billed']),
    rate: moneySchema.nullable(),
    rateSource: z.string().nullable(),
    invoiceId: z.string().nullable(),
    invoiceNumber: z.string().nullable(),
    review: z.boolean(),
    overlaps: z.boolean().optional(),
  })
  .meta({ id: 'TimeEntry' });

export const timerSchema = z
  .object({
    running: z
      .object({
        id: z.string(),
        jobId: z.string(),
        description: z.string(),
        billable: z.boolean(),
        serviceId: z.string().nullable(),
        startedAt: z.string(),
        forgotten: z.boolean().meta({ description: 'It has run longer than the limit of the workspace' }),
      })
      .nullable(),
    serverTime: z.string(),
    elapsedSeconds: z.int(),
    landsOn: z.array(z.string()),
  })
  .meta({ id: 'Timer' });

const entryParams = z.strictObject({ id: id('te') });
const work = {
  description: description.optional(),
  billable: z.boolean().optional(),
  serviceId: id('svc').nullable().optional(),
};

export const timeRoutes = defineRoutes([
  {
    id: 'startTimer',
    method: 'POST',
    path: '/v1/timer/start',
    capability: 'time',
    access: 'member',
    summary: 'Start the clock of the signed-in member',
    body: z.strictObject({ jobId: id('job'), ...work }),
    reply: { status: 201, schema: timerSchema },
  },
  {
    id: 'getTimer',
    method: 'GET',
    path: '/v1/timer',
    capability: 'time',
    access: 'member',
    summary: 'The running clock, the server time and the elapsed seconds',
    reply: { status: 200, schema: timerSchema },
  },
  {
    id: 'stopTimer',
    method: 'POST',
    path: '/v1/timer/stop',
    capability: 'time',
    access: 'member',
    summary: 'Stop the clock and make its time entry',
    body: z
      .strictObject({ timerId: id('te').optional(), description: description.optional(), endedAt: instant.optional() })
      .optional()
      .transform((body) => body ?? {}),
    reply: {
      status: 200,
      schema: z.object({ entry: timeEntrySchema.nullable(), discarded: z.boolean() }),
    },
  },
  {
    id: 'discardTimer',
    method: 'DELETE',
    path: '/v1/timer',
    capability: 'time',
    access: 'member',
    summary: 'Throw the running clock away',
    ifMatch: 'optional',
    reply: { status: 204 },
  },
  {
    id: 'createTimeEntry',
    method: 'POST',
    path: '/v1/time-entries',
    capability: 'time',
    access: 'member',
    summary: 'Enter time by hand, as a date with a duration or from start to end',
    body: z.union([
      z.strictObject({
        jobId: id('job'),
        memberId: id('mem').optional(),
        ...work,
        date,
        durationSeconds: z.int(),
      }),
      z.strictObject({ jobId: id('job'), memberId: id('mem').optional(), ...work, startedAt: instant, endedAt: instant }),
    ]),
    reply: { status: 201, schema: timeEntrySchema },
  },
  {
    id: 'listTimeEntries',
    method: 'GET',
    path: '/v1/time-entries',
    capability: 'time',
    access: 'member',
    summary: 'Time entries that touch a range of days',
    query: z.strictObject({
      from: date.optional(),
      to: date.optional(),
      jobId: id('job').optional(),
      memberId: id('mem').optional(),
      status: z.enum(['unbilled', 'non-billable', 'on-invoice']).optional(),
      ...pageQuery,
    }),
    reply: { status: 200, schema: listOf(timeEntrySchema) },
  },
  {
    id: 'getTimeEntry',
    method: 'GET',
    path: '/v1/time-entries/{id}',
    capability: 'time',
    access: 'member',
    summary: 'One time entry',
    params: entryParams,
    reply: { status: 200, schema: timeEntrySchema },
  },
  {
    id: 'updateTimeEntry',
    method: 'PATCH',
    path: '/v1/time-entries/{id}',
    capability: 'time',
    access: 'member',
    summary: 'Change an unbilled entry',
    params: entryParams,
    body: z
      .strictObject({
        jobId: id('job').optional(),
        ...work,
        date: date.optional(),
        durationSeconds: z.int().optional(),
        startedAt: instant.optional(),
        endedAt: instant.optional(),
        review: z.literal(false).optional(),
      })
      .refine((body) => Object.keys(body).length > 0, 'must change something'),
    reply: { status: 200, schema: timeEntrySchema },
  },
  {
    id: 'deleteTimeEntry',
    method: 'DELETE',
    path: '/v1/time-entries/{id}',
    capability: 'time',
    access: 'member',
    summary: 'Delete an unbilled entry',
    params: entryParams,
    reply: { status: 204 },
  },
]);

/** A parsed request to one of the routes above. */
export type TimeCall<Id extends (typeof timeRoutes)[number]['id']> = Call<RouteOf<typeof timeRoutes, Id>>;
