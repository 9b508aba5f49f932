import { toDecimal } from '../../shared/domain/money.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment, type Payment } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { foundAt } from '../../shared/store/found.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import { findContacts, type Found } from './find-contacts.ts';
import { gatherInvoices, type InvoiceToSend } from './gather-invoices.ts';
import type { Run } from './run.ts';
import { numberTaken, settledInvoice } from './send-invoices.ts';
import { syncItemOf, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: judges which documents are in Xero already, made there by hand or by an earlier system.

/** What becomes of an invoice that wasn't known to be in Xero. */
export interface Judged {
  readonly one: InvoiceToSend;
  /** Linked or stopped; absent when Xero has nothing under its number, so that it has to be sent. */
  readonly settled: Settled | undefined;
  /** Payments of it that stand there too. */
  readonly payments: readonly SyncItem[];
}

/**
 * Judges invoices by what Xero has under their numbers. Our own reference links; so does the same number with the same contact and
 * the same sums. Anything else under a number is somebody else's, and stops ours.
 */
export const judgeInvoices = async (
  run: Run,
  works: readonly WaitingWork[],
  lookUp: (numbers: readonly string[]) => Promise<ReadonlyMap<string, XeroInvoice>>,
): Promise<Judged[]> => {
  const { toSend, clients, links } = await gatherInvoices(run, works);
  const there = await lookUp(toSend.map(({ head }) => head.number));
  const asked = new Set(toSend.filter(({ head }) => isForeign(there.get(head.number), head.id)).map(({ client }) => client.id));
  const cautious: Run = { ...run, settings: { ...run.settings, contactPolicy: 'match-only' } };
  const contacts = await findContacts(
    cautious,
    clients.filter(({ id }) => asked.has(id)),
    links,
  );
  const judged: Judged[] = [];
  for (const one of toSend) {
    const holder = there.get(one.head.number);
    if (!holder) judged.push({ one, settled: undefined, payments: [] });
    else if (!isForeign(holder, one.head.id) || isSame(one, holder, contacts.get(one.client.id))) {
      const settled = settledInvoice(run, one, { ok: true, value: holder });
      judged.push({ one, settled, payments: holder.unclear === undefined ? await paymentsThere(run, one, holder) : [] });
    } else judged.push({ one, settled: numberTaken(run, one), payments: [] });
  }
  return judged;
};

const isForeign = (holder: XeroInvoice | undefined, id: string): boolean => holder !== undefined && holder.reference !== id;

const isSame = ({ invoice }: InvoiceToSend, holder: XeroInvoice, contact: Found | undefined): boolean =>
  contact !== undefined &&
  'contactId' in contact &&
  holder.contactId === contact.contactId &&
  holder.currency === invoice.currency &&
  totalsThatDiffer(invoice, holder).length === 0;

/** Payments of a linked invoice that stand in Xero: by our reference, else each by its amount, once. */
const paymentsThere = async (run: Run, { head }: InvoiceToSend, holder: XeroInvoice): Promise<SyncItem[]> => {
  if (holder.payments.length === 0) return [];
  const { ws, world } = run;
  const rows = await world.table.queryAll({ partition: partitions.paymentsOfInvoice(ws, head.id), index: 'party' });
  const ours = rows.map(parsePayment).filter(({ origin, counts }) => origin !== 'xero' && counts.amount > 0);
  const known = await world.table.batchGet(ours.map(({ id }) => syncItemKey(ws, id)));
  const free = [...holder.payments];
  return ours.flatMap((payment) => {
    const before = foundAt(known, syncItemKey(ws, payment.id), parseSyncItem);
    if (before?.xeroId != null) return [];
    const place = placeOfPayment(free, payment);
    const [taken] = place < 0 ? [] : free.splice(place, 1);
    if (!taken) return [];
    const now = { state: 'synced', xeroId: taken.paymentId, xeroStatus: 'AUTHORISED', lastSyncedAt: instantAt(world) } as const;
    return [syncItemOf(run, { documentId: payment.id, kind: 'payment' }, before, { ...now, pushedVersion: payment.version })];
  });
};

const placeOfPayment = (there: XeroInvoice['payments'], { id, amount }: Payment): number => {
  const named = there.findIndex(({ reference }) => reference === id);
  return named >= 0
    ? named
    : there.findIndex((one) => one.amount === Number(toDecimal(amount)) && !one.reference.startsWith('pay_'));
};
