import { openDiscrepancies, type Discrepancy } from '../../shared/store/discrepancies.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { readSeen, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { readContactThere } from '../../shared/xero/list-contacts.ts';
import { readInvoiceThere } from '../../shared/xero/list-invoices.ts';
import { readPaymentThere } from '../../shared/xero/list-payments.ts';
import { compareContacts } from './compare-contacts.ts';
import { compareInvoices } from './compare-invoices.ts';
import { comparePaymentsFollowed } from './compare-followed.ts';
import { together, type Compared, type Looked } from './compared.ts';
import { lookUpContacts, lookUpInvoices, lookUpPayments, nothingOf } from './look-up.ts';
import type { Run } from './run.ts';

// Flow of the comparison: what was found earlier and did not come by this time is looked up, before it may count as gone.

/** Discrepancies that are looked up in one step; one or two calls each. */
const atOnce = 5;

/** One step: a few of the open discrepancies whose documents this comparison has not seen. */
export const lookAtOpen = async (run: Run, leased: Reconciliation): Promise<Looked> => {
  const seen = await readSeen(run.world.table)(run.ws, leased.runId ?? '');
  const stale = (await openDiscrepancies(run.world.table)(run.ws)).filter(
    ({ difference, seenAt }) =>
      difference.system === 'xero' &&
      seenAt < (leased.startedAt ?? '') &&
      !seen.has(seenBy({ difference })) &&
      !seen.has(difference.documentId ?? ''),
  );
  const parts: Compared[] = [];
  for (const discrepancy of stale.slice(0, atOnce)) parts.push(await lookUpOne(run, discrepancy));
  return { ...together(parts), more: stale.length > atOnce, after: null };
};

/** What a comparison notes of the document of a discrepancy when it comes by. */
const seenBy = ({ difference: { documentId, outsideId } }: Pick<Discrepancy, 'difference'>): string =>
  documentId ?? outsideId ?? '';

const lookUpOne = async (run: Run, discrepancy: Discrepancy): Promise<Compared> => {
  const { documentId, outsideId, subject } = discrepancy.difference;
  const noted = nothingOf(seenBy(discrepancy));
  const ours = documentId === null ? undefined : await lookUpOurs(run, documentId);
  const theirs = outsideId === null ? undefined : await lookUpTheirs(run, subject, outsideId);
  return together([...(ours ? [ours] : []), ...(theirs ? [theirs] : []), noted]);
};

const lookUpOurs = async (run: Run, id: string): Promise<Compared | undefined> => {
  const { ws, world } = run;
  const items = await world.table.batchGet([invoiceKey(ws, id), clientKey(ws, id), syncItemKey(ws, id)]);
  const xeroId = foundAt(items, syncItemKey(ws, id), parseSyncItem)?.xeroId;
  const head = foundAt(items, invoiceKey(ws, id), parseInvoice);
  const client = foundAt(items, clientKey(ws, id), parseClient);
  if (client) return client.xeroContactId === null ? undefined : lookUpContacts(run, [client]);
  if (xeroId == null) return undefined;
  return head ? lookUpInvoices(run, [{ head, xeroId }]) : lookUpPayments(run, [{ id, xeroId }]);
};

const lookUpTheirs = async (
  run: Run,
  subject: Discrepancy['difference']['subject'],
  outsideId: string,
): Promise<Compared | undefined> => {
  if (subject === 'invoice') {
    const there = await readInvoiceThere(run.books, outsideId);
    return there && compareInvoices(run, [there]);
  }
  if (subject === 'payment') {
    const there = await readPaymentThere(run.books, outsideId);
    return there && comparePaymentsFollowed(run, [there]);
  }
  if (subject !== 'contact') return undefined;
  const there = await readContactThere(run.books, outsideId);
  return there && compareContacts(run, [there]);
};
