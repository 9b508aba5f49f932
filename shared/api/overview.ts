import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { date, id, listOf, moneySchema, pageQuery } from './common.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { defineRoutes } from './route.ts';

export const dashboardSchema = z
  .object({
    outstanding: z.array(moneySchema),
    overdue: z.array(moneySchema),
    ageing: z.array(
      z.object({ bucket: z.enum(['not-due', '1-30', '31-60', '61-90', 'over-90']), amounts: z.array(moneySchema) }),
    ),
    revenue: z.array(z.object({ from: z.string(), to: z.string(), amounts: z.array(moneySchema) })),
    recent: z.array(z.object({ at: z.string(), what: z.string(), who: z.string().nullable(), id: z.string(), text: z.string() })),
    discrepancies: z.int(),
  })
  .meta({ id: 'Dashboard' });

export const notificationSchema = z
  .object({
    id: z.string(),
    cause: z.string(),
    text: z.string(),
    mend: z.string().nullable(),
    about: z.string().nullable(),
    at: z.string(),
    resolvedAt: z.string().nullable(),
    resolvedBy: z.string().nullable().meta({ description: 'The member who said so; null when its cause went away' }),
  })
  .meta({ id: 'Notification' });

const room = { capability: 'overview' } as const;

export const overviewRoutes = defineRoutes([
  {
    id: 'getDashboard',
    method: 'GET',
    path: '/v1/dashboard',
    ...room,
    access: 'finance',
    summary: 'Where the money stands',
    query: z.strictObject({ from: date, to: date, interval: z.enum(['day', 'week', 'month']).default('day') }),
    reply: { status: 200, schema: dashboardSchema },
  },
  {
    id: 'listNotifications',
    method: 'GET',
    path: '/v1/notifications',
    ...room,
    access: 'member',
    summary: 'What somebody should know or do; an expert sees only what concerns them',
    query: z.strictObject({ ...pageQuery, state: z.enum(['open', 'resolved']).default('open') }),
    reply: { status: 200, schema: listOf(notificationSchema) },
  },
  {
    id: 'resolveNotification',
    method: 'POST',
    path: '/v1/notifications/{id}/resolve',
    ...room,
    access: 'finance',
    summary: 'Say that something is settled; most of it settles itself when its cause goes away',
    params: z.strictObject({ id: id('ntf') }),
    reply: { status: 200, schema: notificationSchema },
  },
  ...reconciliationRoutes,
  {
    id: 'getOpenApi',
    method: 'GET',
    path: '/v1/openapi.json',
    ...room,
    access: 'public',
    summary: 'This description',
    reply: { status: 200, contentType: 'application/json' },
  },
  {
    id: 'getReference',
    method: 'GET',
    path: '/docs',
    ...room,
    access: 'public',
    summary: 'The API for people to read',
    reply: { status: 200, contentType: 'text/html' },
  },
]);

/** A parsed request to one of the routes above. */
export type OverviewCall<Id extends (typeof overviewRoutes)[number]['id']> = Call<RouteOf<typeof overviewRoutes, Id>>;
