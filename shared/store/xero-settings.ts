import * as z from 'zod';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import type { Table } from './table.ts';
import { put, type Item, type Write } from './write.ts';

const record = z.object({
  version: z.int(),
  revenueAccount: maybe(z.string()),
  paymentAccount: maybe(z.string()),
  stripeAccount: maybe(z.string()),
  feeAccount: maybe(z.string()),
  escrowAccount: maybe(z.string()),
  /** The bank account that Stripe pays out to. */
  payoutAccount: maybe(z.string()),
  /** Where the cost of experts and other expenses are booked, and with which tax type; none: without tax. */
  billAccount: maybe(z.string()),
  expenseAccount: maybe(z.string()),
  purchaseTaxType: maybe(z.string()),
  statusOnPush: z.enum(['DRAFT', 'SUBMITTED', 'AUTHORISED']).default('AUTHORISED'),
  contactPolicy: z.enum(['match-only', 'match-or-create', 'ask']).default('match-only'),
  serviceAccounts: z.record(z.string(), z.string()).default({}),
  taxTypes: z.record(z.string(), z.string()).default({}),
  /** When issued invoices are sent; the day of the week (1 is Monday) or of the month. */
  sendInvoices: z
    .object({ when: z.enum(['on-save', 'weekly', 'monthly', 'by-hand']), day: z.int().optional() })
    .default({ when: 'on-save' }),
  /** Days after its date on which an invoice without a due date is due. */
  dueDateDays: maybe(z.int()),
  /** What follows the other side by itself: new clients and members become contacts, renamed clients rename theirs, new contacts become clients. */
  autoSync: z
    .object({ clients: z.boolean(), renames: z.boolean(), members: z.boolean(), contacts: z.boolean() })
    .default({ clients: false, renames: false, members: false, contacts: false }),
  sync: z
    .object({ contacts: z.boolean(), invoices: z.boolean(), quotes: z.boolean().default(true), payments: z.boolean() })
    .default({ contacts: true, invoices: true, quotes: true, payments: true }),
});

/** What a workspace says about Xero: where things are booked and what may be made there. Version 0: nothing was ever said. */
export type XeroSettings = z.infer<typeof record>;

export const xeroSettingsKey = keys.xeroSettings;
export const settingsFrom = (item: Item | undefined): XeroSettings => record.parse(item ?? { version: 0 });

export const readXeroSettings =
  (table: Table) =>
  async (ws: string): Promise<XeroSettings> =>
    settingsFrom(await table.get(keys.xeroSettings(ws)));

/** Replaces the settings as they were read; the version grows by one. */
export const replaceXeroSettings = (ws: string, read: XeroSettings, changed: Partial<XeroSettings>): Write =>
  put(
    'settings for Xero',
    { ...keys.xeroSettings(ws), v: 1, ...read, ...changed, version: read.version + 1 },
    read.version === 0
      ? { condition: 'attribute_not_exists(#pk)' }
      : { condition: '#version = :version', values: { ':version': read.version } },
  );
