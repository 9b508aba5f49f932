import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import {
  amount,
  country,
  currency,
  date,
  email,
  flag,
  id,
  listOf,
  moneySchema,
  pageQuery,
  region,
  text,
  zone,
} from './common.ts';
import { defineRoutes } from './route.ts';

const registration = z.strictObject({
  country,
  region: region.optional(),
  number: text(50, 1),
  from: date,
  to: date.optional(),
});
const series = z.strictObject({ prefix: text(20), next: z.int().min(1).max(999_999_999), digits: z.int().min(1).max(9) });
const address = z.array(text(200)).max(6);

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
    rate: moneySchema.nullable(),
    taxRegistrations: z.array(registration),
    numberSeries: z.object({ invoice: series }),
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
    status: z.enum(['active', 'removed']),
  })
  .meta({ id: 'Member' });

export const timeRounding = z.strictObject({
  mode: z.enum(['none', 'up', 'nearest']),
  minutes: z.union([z.literal(6), z.literal(15), z.literal(30)]).optional(),
  minimumMinutes: z.int().min(0).max(480).optional(),
});

export const clientSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    address: z.array(z.string()),
    country: z.string(),
    region: z.string().nullable(),
    taxNumber: z.string().nullable(),
    taxExemptReason: z.string().nullable(),
    currency: z.string(),
    paymentTermsDays: z.int().nullable(),
    timeRounding,
    archived: z.boolean(),
    xeroContactId: z.string().nullable(),
  })
  .meta({ id: 'Client' });

export const serviceSchema = z
  .object({ id: z.string(), name: z.string(), rate: moneySchema.nullable(), archived: z.boolean() })
  .meta({ id: 'Service' });

export const jobSchema = z
  .object({
    id: z.string(),
    clientId: z.string(),
    name: z.string(),
    billing: z.enum(['hourly', 'fixed']),
    currency: z.string(),
    rate: moneySchema.nullable(),
    memberIds: z.array(z.string()),
    serviceId: z.string().nullable(),
    budgetHours: z.number().nullable(),
    budgetAmount: moneySchema.nullable(),
    accountCode: z.string().nullable(),
    archived: z.boolean(),
    escrow: z.object({ funded: moneySchema, released: moneySchema }),
  })
  .meta({ id: 'Job' });

export const ratesSchema = z
  .object({ rate: moneySchema.nullable(), memberRates: z.array(z.object({ memberId: z.string(), rate: moneySchema })) })
  .meta({ id: 'JobRates' });

const nothingElse = (body: object): boolean => Object.keys(body).length > 0;
const changes = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape).partial().refine(nothingElse, 'must change something');

const clientBody = {
  name: text(255, 1),
  email: email.nullable().optional(),
  address: address.optional(),
  country,
  region: region.nullable().optional(),
  taxNumber: text(50, 1).nullable().optional(),
  taxExemptReason: text(200, 1).nullable().optional(),
  currency: currency.optional(),
  paymentTermsDays: z.int().min(0).max(365).nullable().optional(),
  timeRounding: timeRounding.optional(),
};
/** Hundredths are the least that a budget needs, and a table can't hold every number that JSON can write. */
const hours = z
  .number()
  .min(0)
  .max(1_000_000)
  .refine((value) => value === Math.round(value * 100) / 100, 'must have at most 2 decimals');
const serviceBody = { name: text(100, 1), rate: amount.nullable().optional() };
const jobBody = {
  name: text(255, 1),
  billing: z.enum(['hourly', 'fixed']).default('hourly'),
  currency: currency.optional(),
  rate: amount.nullable().optional(),
  memberIds: z.array(id('mem')).max(100).optional(),
  serviceId: id('svc').nullable().optional(),
  budgetHours: hours.nullable().optional(),
  budgetAmount: amount.nullable().optional(),
  accountCode: text(10, 1).nullable().optional(),
};
const memberBody = {
  name: text(200, 1),
  role,
  zone: zone.optional(),
  rate: amount.nullable().optional(),
  costRate: amount.nullable().optional(),
  exportToAccounting: z.boolean().optional(),
};
const listQuery = z.strictObject({ archived: flag.optional(), ...pageQuery });
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
      rate: amount.nullable(),
      taxRegistrations: z.array(registration).max(50),
      numberSeries: z.strictObject({ invoice: series }),
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
    body: changes(memberBody),
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
  {
    id: 'createClient',
    method: 'POST',
    path: '/v1/clients',
    ...room,
    access: 'finance',
    summary: 'Add a client',
    body: z.strictObject(clientBody),
    reply: { status: 201, schema: clientSchema },
  },
  {
    id: 'listClients',
    method: 'GET',
    path: '/v1/clients',
    ...room,
    access: 'finance',
    summary: 'Clients',
    query: listQuery,
    reply: { status: 200, schema: listOf(clientSchema) },
  },
  {
    id: 'getClient',
    method: 'GET',
    path: '/v1/clients/{id}',
    ...room,
    access: 'finance',
    summary: 'One client',
    params: byId('cli'),
    reply: { status: 200, schema: clientSchema },
  },
  {
    id: 'updateClient',
    method: 'PATCH',
    path: '/v1/clients/{id}',
    ...room,
    access: 'finance',
    summary: 'Change a client; issued documents keep the details they were issued with',
    params: byId('cli'),
    body: changes({ ...clientBody, archived: z.boolean(), xeroContactId: z.uuid().nullable() }),
    reply: { status: 200, schema: clientSchema },
  },
  {
    id: 'createService',
    method: 'POST',
    path: '/v1/services',
    ...room,
    access: 'finance',
    summary: 'Add a kind of work',
    body: z.strictObject(serviceBody),
    reply: { status: 201, schema: serviceSchema },
  },
  {
    id: 'listServices',
    method: 'GET',
    path: '/v1/services',
    ...room,
    access: 'member',
    summary: 'Kinds of work',
    query: listQuery,
    reply: { status: 200, schema: listOf(serviceSchema) },
  },
  {
    id: 'getService',
    method: 'GET',
    path: '/v1/services/{id}',
    ...room,
    access: 'member',
    summary: 'One kind of work',
    params: byId('svc'),
    reply: { status: 200, schema: serviceSchema },
  },
  {
    id: 'updateService',
    method: 'PATCH',
    path: '/v1/services/{id}',
    ...room,
    access: 'finance',
    summary: 'Change a kind of work',
    params: byId('svc'),
    body: changes({ ...serviceBody, archived: z.boolean() }),
    reply: { status: 200, schema: serviceSchema },
  },
  {
    id: 'createJob',
    method: 'POST',
    path: '/v1/jobs',
    ...room,
    access: 'finance',
    summary: 'Open a job for a client',
    body: z.strictObject({ clientId: id('cli'), ...jobBody }),
    reply: { status: 201, schema: jobSchema },
  },
  {
    id: 'listJobs',
    method: 'GET',
    path: '/v1/jobs',
    ...room,
    access: 'member',
    summary: 'Jobs; an expert sees their own',
    query: z.strictObject({ clientId: id('cli').optional(), archived: flag.optional(), ...pageQuery }),
    reply: { status: 200, schema: listOf(jobSchema) },
  },
  {
    id: 'getJob',
    method: 'GET',
    path: '/v1/jobs/{id}',
    ...room,
    access: 'member',
    summary: 'One job',
    params: byId('job'),
    reply: { status: 200, schema: jobSchema },
  },
  {
    id: 'updateJob',
    method: 'PATCH',
    path: '/v1/jobs/{id}',
    ...room,
    access: 'finance',
    summary: 'Change a job',
    params: byId('job'),
    body: changes({ ...jobBody, billing: z.enum(['hourly', 'fixed']), archived: z.boolean() }).superRefine((body, context) => {
      if (body.currency !== undefined)
        context.addIssue({ code: 'custom', path: ['currency'], message: 'a job keeps its currency' });
    }),
    reply: { status: 200, schema: jobSchema },
  },
  {
    id: 'getJobRates',
    method: 'GET',
    path: '/v1/jobs/{id}/rates',
    ...room,
    access: 'finance',
    summary: 'Rates of a job',
    params: byId('job'),
    reply: { status: 200, schema: ratesSchema },
  },
  {
    id: 'setJobRates',
    method: 'PUT',
    path: '/v1/jobs/{id}/rates',
    ...room,
    access: 'finance',
    ifMatch: 'optional',
    summary: 'Set the rates of a job; entries keep the rate they were made with',
    params: byId('job'),
    body: z.strictObject({
      rate: amount.nullable(),
      memberRates: z.array(z.strictObject({ memberId: id('mem'), rate: amount })).max(100),
    }),
    reply: { status: 200, schema: ratesSchema },
  },
]);

/** A parsed request to one of the routes above. */
export type WorkspaceCall<Id extends (typeof workspaceRoutes)[number]['id']> = Call<RouteOf<typeof workspaceRoutes, Id>>;
