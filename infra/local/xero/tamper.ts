/** Changes to stored records past all rules: how a test makes drift that no client could make. */
import * as z from 'zod';
import type { Sandbox } from './sandbox.ts';
import type { Collection } from './store.ts';

const kinds = [
  'contacts',
  'invoices',
  'payments',
  'creditNotes',
  'quotes',
  'bankTransactions',
  'overpayments',
  'allocations',
  'accounts',
  'taxRates',
] as const;

export const tamperSchema = z.strictObject({
  tenantId: z.string(),
  collection: z.enum(kinds),
  id: z.string(),
  /** Fields to overwrite, in the stored form (days as YYYY-MM-DD). */
  set: z.record(z.string(), z.unknown()).default({}),
  /** Take the record out altogether. */
  remove: z.boolean().default(false),
  /** Leave the change stamp as it is, so that nobody notices. */
  silent: z.boolean().default(false),
});

/** Overwrites or removes a record. Undefined when there is none. */
export const tamper = (
  sandbox: Sandbox,
  { tenantId, collection, id, set, remove, silent }: z.infer<typeof tamperSchema>,
): object | undefined => {
  const books = sandbox.books(tenantId);
  const records = books?.[collection] as unknown as Collection<Record<string, unknown>> | undefined;
  const record = records?.get(id);
  if (!books || !records || !record) return undefined;
  const work = (): object => {
    if (remove) records.remove(id);
    else records.put({ ...record, ...set, ...(!silent && 'UpdatedDateUTC' in record && { UpdatedDateUTC: books.stamp() }) });
    return { id, removed: remove };
  };
  return silent ? sandbox.webhooks.mute(work) : work();
};
