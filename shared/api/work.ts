import * as z from 'zod';
import { changes } from './changes.ts';
import { amount, country, currency, email, flag, id, listOf, moneySchema, pageQuery, region, text } from './common.ts';
import { defineRoutes } from './route.ts';

const address = z.array(text(200)).max(6);

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

const escrowSums = z.object({ funded: moneySchema, released: moneySchema, invoiced: moneySchema, paid: moneySchema }).meta({
  description:
    'What was paid in for the job, and what of it was released. `invoiced` is what stands on the invoices of the releases: released, without what was credited or is void. `paid` is what the workspace has of it: released, without what went back.',
});

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
    escrow: escrowSums,
  })
  .meta({ id: 'Job' });

export const ratesSchema = z
  .object({ rate: moneySchema.nullable(), memberRates: z.array(z.object({ memberId: z.string(), rate: moneySchema })) })
  .meta({ id: 'JobRates' });

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
const listQuery = z.strictObject({ archived: flag.optional(), ...pageQuery });
const byId = (prefix: string) => z.strictObject({ id: id(prefix) });

const room = { capability: 'workspace' } as const;

/** Clients, kinds of work and jobs: what the workspace's time is for. */
export const workRoutes = defineRoutes([
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
