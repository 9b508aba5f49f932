import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { changes } from './changes.ts';
import { documentDate, id, listOf, pageQuery } from './common.ts';
import { defineRoutes } from './route.ts';

const groupBy = z.enum(['entry', 'member', 'day', 'service']);
const dayHint = 'must be 1 to 7 of a week; 1 to 28, or last, of a month';
const day = z.union([z.int(dayHint).min(1, dayHint).max(28, dayHint), z.literal('last')]).meta({
  description: 'The last day of each period: 1 (Monday) to 7 of a week, 1 to 28 of a month, or its last day',
});

export const scheduleSchema = z
  .object({
    id: z.string(),
    jobId: z.string().nullable(),
    clientId: z.string(),
    every: z.enum(['week', 'month']),
    day: z.union([z.int(), z.literal('last')]),
    dueInDays: z.int().nullable(),
    groupBy,
    draft: z.boolean(),
    until: z.string().nullable(),
    paused: z.boolean(),
    pausedReason: z.enum(['by-hand', 'runaway']).nullable(),
    failedAt: z.string().nullable(),
    nextPeriodEnd: z.string().nullable(),
    nextRunAt: z.string().nullable(),
  })
  .meta({ id: 'InvoiceSchedule' });

const runSchema = z.object({ periodEnd: z.string(), jobId: z.string(), invoiceId: z.string(), at: z.string() });

const rhythm = {
  every: z.enum(['week', 'month']),
  day,
  dueInDays: z.int().min(0).max(365).nullable().optional(),
  groupBy: groupBy.optional(),
  draft: z.boolean().optional(),
  until: documentDate.nullable().optional(),
};
const byId = z.strictObject({ id: id('sch') });
const room = { capability: 'invoices', access: 'finance' } as const;

/** Invoices that are made by themselves at the end of each week or month. */
export const scheduleRoutes = defineRoutes([
  {
    id: 'createInvoiceSchedule',
    method: 'POST',
    path: '/v1/invoice-schedules',
    ...room,
    summary: 'Bill the unbilled time of a job, or of each hourly job of a client, whenever a week or month is over',
    body: z.union([z.strictObject({ jobId: id('job'), ...rhythm }), z.strictObject({ clientId: id('cli'), ...rhythm })]),
    reply: { status: 201, schema: scheduleSchema },
  },
  {
    id: 'listInvoiceSchedules',
    method: 'GET',
    path: '/v1/invoice-schedules',
    ...room,
    summary: 'Schedules of invoices',
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: listOf(scheduleSchema) },
  },
  {
    id: 'getInvoiceSchedule',
    method: 'GET',
    path: '/v1/invoice-schedules/{id}',
    ...room,
    summary: 'One schedule, with the latest invoices that it made',
    params: byId,
    reply: { status: 200, schema: scheduleSchema.extend({ runs: z.array(runSchema) }) },
  },
  {
    id: 'updateInvoiceSchedule',
    method: 'PATCH',
    path: '/v1/invoice-schedules/{id}',
    ...room,
    summary: 'Change a schedule, pause it or let it go on',
    params: byId,
    body: changes({ ...rhythm, paused: z.boolean() }),
    reply: { status: 200, schema: scheduleSchema },
  },
  {
    id: 'deleteInvoiceSchedule',
    method: 'DELETE',
    path: '/v1/invoice-schedules/{id}',
    ...room,
    summary: 'End a schedule; the invoices that it made stay',
    params: byId,
    reply: { status: 204 },
  },
]);

/** A request to one of these routes. */
export type ScheduleCall<Id extends (typeof scheduleRoutes)[number]['id']> = Call<RouteOf<typeof scheduleRoutes, Id>>;
