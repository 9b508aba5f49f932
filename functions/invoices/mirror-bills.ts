import { billsFor, isOwed, type BillFacts } from '../../shared/domain/bill.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Money } from '../../shared/domain/money.ts';
import { addBill, billItem } from '../../shared/store/bills.ts';
import { foundAt } from '../../shared/store/found.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, timeEntryKey, type TimeEntry } from '../../shared/store/time-entries.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Item, Write } from '../../shared/store/write.ts';

/** The bills of one issue of an invoice. */
export interface Mirrored {
  /** Names the issue; undefined where no time is billed. */
  readonly billing: string | undefined;
  readonly bills: readonly BillFacts[];
}

/** An invoice that bills no time. */
export const noBills: Mirrored = { billing: undefined, bills: [] };

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** As much of an invoice as its bills take over. */
type Mirroring = Pick<InvoiceHead, 'id' | 'jobId' | 'currency' | 'toXero'> & { readonly issueDate: string };

/**
 * The bills towards the experts whose time an invoice bills. Reads the experts only where entries were made before they kept what
 * their time costs.
 */
export const mirrorBills =
  ({ table, now, newId }: Needs) =>
  async (ws: string, invoice: Mirroring, entries: readonly TimeEntry[]): Promise<Mirrored> => {
    if (entries.length === 0) return noBills;
    const { id: invoiceId, jobId, currency, toXero, issueDate: date } = invoice;
    const billing = newId('bls');
    const presentRates = await ratesNow(
      table,
      ws,
      entries.filter(({ costRate }) => costRate === undefined).map(({ memberId }) => memberId),
    );
    const terms = { invoiceId, jobId, currency, toXero, date, billing, at: now(), nextId: () => newId('bil'), presentRates };
    return { billing, bills: billsFor(entries, terms) };
  };

const ratesNow = async (table: Table, ws: string, memberIds: readonly string[]): Promise<Map<string, Money | null>> => {
  const ids = [...new Set(memberIds)];
  if (ids.length === 0) return new Map();
  const found = await table.batchGet(ids.map((id) => memberKey(ws, id)));
  return new Map(ids.map((id) => [id, foundAt(found, memberKey(ws, id), parseMember)?.costRate ?? null]));
};

/** The entries that an invoice has taken, by the ids on its lines. */
export const readEntries =
  (table: Table) =>
  async (ws: string, lines: readonly { timeEntryIds: readonly string[] }[]): Promise<TimeEntry[]> => {
    const ids = lines.flatMap(({ timeEntryIds }) => timeEntryIds);
    if (ids.length === 0) return [];
    const found = await table.batchGet(ids.map((id) => timeEntryKey(ws, id)));
    return [...found.values()].map(parseTimeEntry);
  };

export const billIds = ({ bills }: Mirrored = noBills): string[] => bills.map(({ id }) => id);

/** Bills for the commit that issues. */
export const addBills = (ws: string, { bills }: Mirrored = noBills): Write[] => bills.map((bill) => addBill(ws, bill));

/** Bills that are written before that commit: nobody sees them until the invoice carries their `billing`. */
export const billItems = (ws: string, { bills }: Mirrored = noBills): Item[] => bills.map((bill) => billItem(ws, bill));

const billsWork = { lane: 'documents', kind: 'bills' } as const;

/** Bills that have to get to Xero, or out of it again: one piece of work for all of an invoice. */
export const billsWait = (ws: string, invoiceId: string, now: Instant): Write =>
  waits(ws, { ...billsWork, documentId: invoiceId, version: Date.parse(now), dueAt: now, since: now });

/** The same where an invoice has just been issued with these bills. */
export const newBillsWait = (
  ws: string,
  invoice: Pick<InvoiceHead, 'id' | 'toXero'>,
  { bills }: Mirrored,
  now: Instant,
): Write[] => (invoice.toXero && bills.some(isOwed) ? [billsWait(ws, invoice.id, now)] : []);

/** The same where the invoice no longer bills its time; nothing to do for one that never had bills. */
export const deadBillsWait = (ws: string, { id, billing, toXero }: InvoiceHead, now: Instant): Write[] =>
  billing !== undefined && toXero ? [billsWait(ws, id, now)] : [];
