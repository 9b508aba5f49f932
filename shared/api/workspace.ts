import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { changes } from './changes.ts';
import {
  amount,
  country,
  currency,
  documentDate,
  email,
  id,
  listOf,
  moneySchema,
  pageQuery,
  region,
  text,
  zone,
} from './common.ts';
import { defineRoutes } from './route.ts';
import { taxRateRoutes } from './tax-rates.ts';
import { workRoutes } from './work.ts';

const registration = z.strictObject({
  country,
  region: region.optional(),
  number: text(50, 1),
  from: documentDate,
  to: documentDate.optional(),
});
const series = z.strictObject({ prefix: text(20), next: z.int().min(1).max(999_999_999), digits: z.int().min(1).max(9) });
const address = z.array(text(200)).max(6);
const timerLimit = z
  .int()
  .min(3600)
  .max(86_400)
  .meta({ description: 'After how many seconds a running timer counts as forgotten: 1 to 24 hours, 10 unless said otherwise' });

export const workspaceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    country: z.string(),
    zone: z.string(),
    currency: z.string(),
    address: z.array(z.string()),
    paymentTermsDays: z.int(),
    dayPolicy: z.enum(['start-day', 'split-at-midnight']),
    timerLimitSeconds: timerLimit,
    rate: moneySchema.nullable(),
    taxRegistrations: z.array(registration),
    numberSeries: z.object({ invoice: series, creditNote: series, quote: series, bill: series }),
    integrations: z.boolean(),
  })
  .meta({ id: 'Workspace' });

const role = z.enum(['admin', 'finance', 'expert']);
export const memberSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role,
    zone: z.string(),
    rate: moneySchema.nullable(),
    costRate: moneySchema.nullable(),
    exportToAccounting: z.boolean(),
    emailNotices: z.boolean().meta({ description: 'Whether they are told by e-mail too; their own choice' }),
    status: z.enum(['active', 'removed']),
    /** The contact in Xero that they are as a supplier. */
    xeroContactId: z.string().nullable(),
  })
  .meta({ id: 'Member' });

const memberBody = {
  name: text(200, 1),
  role,
  zone: zone.optional(),
  rate: amount.nullable().optional(),
  costRate: amount.nullable().optional(),
  exportToAccounting: z.boolean().optional(),
};
const byId = (prefix: string) => z.strictObject({ id: id(prefix) });

export const meSchema = z
  .object({
    member: memberSchema,
    workspace: z.object({ id: z.string(), name: z.string(), zone: z.string(), currency: z.string() }),
    workspaces: z.array(z.object({ id: z.string(), name: z.string(), role })),
  })
  .meta({ id: 'Me' });

const room = { capability: 'workspace' } as const;

export const workspaceRoutes = defineRoutes([
  {
    id: 'getMe',
    method: 'GET',
    path: '/v1/me',
    ...room,
    access: 'member',
    summary: 'Who is signed in, and where they belong',
    reply: { status: 200, schema: meSchema },
  },
  {
    id: 'updateMe',
    method: 'PATCH',
    path: '/v1/me',
    ...room,
    access: 'member',
    ifMatch: 'optional',
    summary: 'Choose whether notifications come by e-mail too',
    body: changes({ emailNotices: z.boolean() }),
    reply: { status: 200, schema: meSchema },
  },
  {
    id: 'switchWorkspace',
    method: 'POST',
    path: '/v1/session/workspace',
    ...room,
    access: 'member',
    summary: 'Choose the workspace that the next access token names',
    body: z.strictObject({ workspaceId: id('ws') }),
    reply: { status: 200, schema: z.object({ workspaceId: z.string(), refreshToken: z.literal(true) }) },
  },
  {
    id: 'getWorkspace',
    method: 'GET',
    path: '/v1/workspace',
    ...room,
    access: 'member',
    summary: 'Settings of the workspace',
    reply: { status: 200, schema: workspaceSchema },
  },
  {
    id: 'updateWorkspace',
    method: 'PATCH',
    path: '/v1/workspace',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Change settings, number series and tax registrations',
    body: changes({
      name: text(200, 1),
      country,
      zone,
      currency,
      address,
      paymentTermsDays: z.int().min(0).max(365),
      dayPolicy: z.enum(['start-day', 'split-at-midnight']),
      timerLimitSeconds: timerLimit,
      rate: amount.nullable(),
      taxRegistrations: z.array(registration).max(50),
      numberSeries: z.strictObject({
        invoice: series.optional(),
        creditNote: series.optional(),
        quote: series.optional(),
        bill: series.optional(),
      }),
    }),
    reply: { status: 200, schema: workspaceSchema },
  },
  {
    id: 'createMember',
    method: 'POST',
    path: '/v1/members',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Invite a person to the workspace',
    body: z.strictObject({ email, ...memberBody }),
    reply: { status: 201, schema: memberSchema },
  },
  {
    id: 'listMembers',
    method: 'GET',
    path: '/v1/members',
    ...room,
    access: 'finance',
    summary: 'People of the workspace',
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: listOf(memberSchema) },
  },
  {
    id: 'getMember',
    method: 'GET',
    path: '/v1/members/{id}',
    ...room,
    access: 'finance',
    summary: 'One member',
    params: byId('mem'),
    reply: { status: 200, schema: memberSchema },
  },
  {
    id: 'updateMember',
    method: 'PATCH',
    path: '/v1/members/{id}',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Change a member: role, zone, rates',
    params: byId('mem'),
    body: changes({ ...memberBody, xeroContactId: z.uuid().nullable() }),
    reply: { status: 200, schema: memberSchema },
  },
  {
    id: 'removeMember',
    method: 'DELETE',
    path: '/v1/members/{id}',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Remove a member; their time stays',
    params: byId('mem'),
    reply: { status: 204 },
  },
  ...taxRateRoutes,
  ...workRoutes,
]);

/** A parsed request to one of the routes above. */
export type WorkspaceCall<Id extends (typeof workspaceRoutes)[number]['id']> = Call<RouteOf<typeof workspaceRoutes, Id>>;
