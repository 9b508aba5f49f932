import * as z from 'zod';
import type { Call, RouteOf } from './call.ts';
import { id, listOf, pageQuery, syncSchema, text } from './common.ts';
import { defineRoutes } from './route.ts';
import { xeroTransferRoutes } from './xero-transfers.ts';

const code = text(10, 1);
export const lanes = ['urgent', 'payments', 'documents', 'backfill'] as const;

export const connectionSchema = z
  .object({
    state: z.enum(['disconnected', 'choose-organisation', 'connected', 'needs-reconnect', 'waiting-for-limit']),
    organisation: z.object({ tenantId: z.string(), name: z.string() }).nullable(),
    choices: z.array(z.object({ tenantId: z.string(), name: z.string() })),
    lastSyncedAt: z.string().nullable(),
    waiting: z.record(z.enum(lanes), z.int()),
    callsLeftToday: z.int().nullable(),
    nextSyncAt: z.string().nullable(),
    estimated: z.boolean(),
    reason: z.string().nullable(),
    /** A number series that carries on with the organisation's numbers, while the workspace has given out none of its own. */
    proposedSeries: z.object({ prefix: z.string(), digits: z.int(), next: z.int() }).nullable(),
  })
  .meta({ id: 'Connection' });

/** When issued invoices are sent: at once, on a day of the week (1 is Monday) or of the month, or when somebody asks for it. */
const sendInvoices = z
  .strictObject({
    when: z.enum(['on-save', 'weekly', 'monthly', 'by-hand']),
    day: z.int().min(1).max(31).optional(),
  })
  .refine(({ when, day }) => when !== 'weekly' || (day ?? 1) <= 7, { path: ['day'], message: 'must be from 1 (Monday) to 7' });

export const settingsSchema = z
  .strictObject({
    revenueAccount: code.nullable(),
    paymentAccount: code.nullable(),
    stripeAccount: code.nullable(),
    feeAccount: code.nullable(),
    escrowAccount: code.nullable(),
    billAccount: code.nullable(),
    expenseAccount: code.nullable(),
    purchaseTaxType: text(50, 1).nullable().meta({ description: 'Tax type of bills and expenses in Xero; none: without tax' }),
    payoutAccount: code.nullable(),
    statusOnPush: z.enum(['DRAFT', 'SUBMITTED', 'AUTHORISED']),
    contactPolicy: z.enum(['match-only', 'match-or-create', 'ask']),
    serviceAccounts: z.record(id('svc'), code),
    taxTypes: z.record(z.string().max(100), text(50, 1)),
    autoSync: z.strictObject({ clients: z.boolean(), renames: z.boolean(), members: z.boolean(), contacts: z.boolean() }),
    sendInvoices,
    dueDateDays: z.int().min(0).max(365).nullable(),
    sync: z.strictObject({
      contacts: z.boolean(),
      invoices: z.boolean(),
      quotes: z.boolean().default(true),
      payments: z.boolean(),
    }),
  })
  .meta({ id: 'XeroSettings' });

export const syncItemSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['contact', 'invoice', 'quote', 'payment', 'payout', 'credit-note', 'bill', 'expense', 'void']),
    documentId: z.string(),
    number: z.string().nullable().meta({ description: 'Of the document; of a payment, the number of its invoice' }),
    sync: syncSchema,
    mend: z.string().nullable(),
  })
  .meta({ id: 'SyncItem' });

const contactSchema = z
  .object({
    contactId: z.string(),
    name: z.string(),
    email: z.string().nullable(),
    status: z.string(),
    clientId: z.string().nullable(),
  })
  .meta({ id: 'XeroContact' });

const room = { capability: 'xero' } as const;

export const xeroRoutes = defineRoutes([
  {
    id: 'getXeroConnection',
    method: 'GET',
    path: '/v1/xero/connection',
    ...room,
    access: 'finance',
    summary: 'The connection to Xero, what waits, and when it goes on',
    reply: { status: 200, schema: connectionSchema },
  },
  {
    id: 'connectXero',
    method: 'POST',
    path: '/v1/xero/connect',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Where to go to allow access to Xero',
    body: z
      .strictObject({ returnUrl: z.url().max(500).optional() })
      .optional()
      .transform((body) => body ?? {}),
    reply: { status: 200, schema: z.object({ authorizationUrl: z.string() }) },
  },
  {
    id: 'xeroCallback',
    method: 'GET',
    path: '/v1/xero/callback',
    ...room,
    access: 'public',
    summary: 'Where Xero sends the browser back to',
    query: z.object({
      code: z.string().max(4000).optional(),
      state: z.string().max(200).optional(),
      error: z.string().max(200).optional(),
    }),
    reply: { status: 303 },
  },
  {
    id: 'chooseXeroOrganisation',
    method: 'POST',
    path: '/v1/xero/connection/organisation',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    summary: 'Confirm the organisation that the books are in',
    body: z.strictObject({ tenantId: z.uuid(), confirmDifferent: z.boolean().optional() }),
    reply: { status: 200, schema: connectionSchema },
  },
  {
    id: 'testXeroConnection',
    method: 'POST',
    path: '/v1/xero/test',
    ...room,
    access: 'finance',
    idempotency: 'none',
    summary: 'Check credentials, scopes and organisation without changing anything',
    reply: {
      status: 200,
      schema: z.object({
        checks: z.array(
          z.object({ name: z.string(), ok: z.boolean(), problem: z.string().nullable(), mend: z.string().nullable() }),
        ),
      }),
    },
  },
  {
    id: 'disconnectXero',
    method: 'DELETE',
    path: '/v1/xero/connection',
    ...room,
    access: 'admin',
    membershipAtOnce: true,
    ifMatch: 'optional',
    summary: 'Stop the flow both ways; records stay on both sides',
    reply: { status: 204 },
  },
  {
    id: 'getXeroSettings',
    method: 'GET',
    path: '/v1/xero/settings',
    ...room,
    access: 'finance',
    summary: 'Accounts, tax types and policies for Xero',
    reply: { status: 200, schema: settingsSchema },
  },
  {
    id: 'setXeroSettings',
    method: 'PUT',
    path: '/v1/xero/settings',
    ...room,
    access: 'finance',
    ifMatch: 'optional',
    summary: 'Set them; what Xero would refuse is refused here',
    body: settingsSchema.partial(),
    reply: { status: 200, schema: settingsSchema },
  },
  {
    id: 'listXeroAccounts',
    method: 'GET',
    path: '/v1/xero/accounts',
    ...room,
    access: 'finance',
    summary: 'Accounts of the organisation',
    reply: {
      status: 200,
      schema: listOf(
        z.object({ code: z.string(), name: z.string(), type: z.string(), class: z.string(), takesPayments: z.boolean() }),
      ),
    },
  },
  {
    id: 'listXeroTaxRates',
    method: 'GET',
    path: '/v1/xero/tax-rates',
    ...room,
    access: 'finance',
    summary: 'Tax rates of the organisation',
    reply: {
      status: 200,
      schema: listOf(z.object({ taxType: z.string(), name: z.string(), effectiveRate: z.string(), forRevenue: z.boolean() })),
    },
  },
  {
    id: 'listXeroContacts',
    method: 'GET',
    path: '/v1/xero/contacts',
    ...room,
    access: 'finance',
    summary: 'Contacts of the organisation, as last seen',
    query: z.strictObject({ search: text(100).optional(), ...pageQuery }),
    reply: { status: 200, schema: listOf(contactSchema) },
  },
  {
    id: 'listSyncItems',
    method: 'GET',
    path: '/v1/xero/sync-items',
    ...room,
    access: 'finance',
    summary: 'Documents on their way to Xero',
    query: z.strictObject({ state: z.enum(['pending', 'sending', 'synced', 'blocked', 'failed']).optional(), ...pageQuery }),
    reply: { status: 200, schema: listOf(syncItemSchema) },
  },
  {
    id: 'retrySyncItem',
    method: 'POST',
    path: '/v1/xero/sync-items/{id}/retry',
    ...room,
    access: 'export',
    summary: 'Try a document again now',
    params: z.strictObject({ id: id('(?:cli|inv|quo|pay|pot|cn|bil|exp)') }),
    reply: { status: 202, schema: syncSchema },
  },
  {
    id: 'pushToXero',
    method: 'POST',
    path: '/v1/xero/push',
    ...room,
    access: 'export',
    summary: 'Send chosen documents to Xero now',
    body: z.strictObject({ ids: z.array(id('(?:cli|inv|quo|pay|pot|cn|bil|exp)')).min(1).max(100) }),
    reply: { status: 202, schema: z.object({ items: z.array(z.object({ id: z.string(), sync: syncSchema })) }) },
  },
  {
    id: 'receiveXeroEvents',
    method: 'POST',
    path: '/v1/webhooks/xero',
    ...room,
    access: 'public',
    idempotency: 'none',
    rawBody: true,
    summary: 'Signed events from Xero',
    reply: { status: 200 },
  },
  ...xeroTransferRoutes,
]);

/** A parsed request to one of the routes above. */
export type XeroCall<Id extends (typeof xeroRoutes)[number]['id']> = Call<RouteOf<typeof xeroRoutes, Id>>;
