import { Conflict } from '../../shared/domain/conflict.ts';
import type { InvoiceThere } from '../../shared/domain/compare-invoice.ts';
import type { PaymentThere } from '../../shared/domain/compare-payment.ts';
import { foundAt } from '../../shared/store/found.ts';
import { documentsThere, parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { findInvoicesThere, listInvoices } from '../../shared/xero/list-invoices.ts';
import { readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { findPurchasesThere } from '../../shared/xero/list-purchases.ts';
import { listQuotes, type QuoteThere } from '../../shared/xero/list-quotes.ts';
import { listPayments } from '../../shared/xero/list-payments.ts';
import { followCreditNotes } from './follow-credit-notes.ts';
import { followInvoices } from './follow-invoices.ts';
import { followBills } from './follow-purchases.ts';
import { followQuotes } from './follow-quotes.ts';
import { followPages } from './follow-pages.ts';
import { giveWay } from './pick-work.ts';
import type { Run } from './run.ts';
import { allInvoices, allPayments, allQuotes, isEcho } from './want-changes.ts';

// Flow of the worker: fetches what somebody changed in Xero, by the ids that events have named, or since the last look.

/** Follows what is asked for; whatever was asked for again meanwhile stays waiting. */
export const pullChanges = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  const named = works.filter(({ documentId }) => !all.has(documentId));
  if (named.length > 0) await pullNamed(run, named);
  await finish(run, named);
  const invoices = works.filter(({ documentId }) => documentId === allInvoices);
  if (invoices.length > 0 && (await pullInvoices(run))) await finish(run, invoices);
  const payments = works.filter(({ documentId }) => documentId === allPayments);
  if (payments.length > 0 && (await pullPayments(run))) await finish(run, payments);
  const quotes = works.filter(({ documentId }) => documentId === allQuotes);
  if (quotes.length > 0 && (await pullQuotes(run))) await finish(run, quotes);
};

const finish = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  for (const work of works)
    await run.world.table.commit([done(run.ws, work)]).catch((error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    });
};

const all = new Set([allInvoices, allPayments, allQuotes]);

/** None is asked for that only our own writes have changed: of invoices and bills 40 with each call, of others one. */
const pullNamed = async (run: Run, works: readonly WaitingWork[]): Promise<void> => {
  const { ws, tenantId, world } = run;
  const items = await world.table.batchGet(works.map(({ documentId }) => syncItemKey(ws, documentId)));
  const news = works.flatMap(({ documentId, since }) => {
    const item = foundAt(items, syncItemKey(ws, documentId), parseSyncItem);
    if (item?.xeroId == null || (item.tenantId != null && item.tenantId !== tenantId)) return [];
    return isEcho(item, since) ? [] : [{ kind: item.kind, xeroId: item.xeroId }];
  });
  const of = (...kinds: SyncItem['kind'][]) => news.filter(({ kind }) => kinds.includes(kind)).map(({ xeroId }) => xeroId);
  const [invoices, bills] = [of('invoice'), of('bill', 'expense')];
  if (invoices.length > 0) await followInvoices(run, await findInvoicesThere(run.books, invoices));
  if (bills.length > 0) await followBills(run, await findPurchasesThere(run.books, bills));
  for (const xeroId of of('credit-note')) {
    await giveWay(run);
    const there = await readCreditNoteThere(run.books, xeroId);
    if (there) await followCreditNotes(run, [there]);
  }
};

/** Before the first look nobody knows since when: then everything is looked at, in the order in which it was changed. */
const beginning = '2000-01-01T00:00:00.000Z';

const pullInvoices = (run: Run): Promise<boolean> =>
  followPages<InvoiceThere>(run, {
    watermark: 'invoicesUntil',
    read: ({ page, changedSince = beginning }) => listInvoices(run.books, { page, changedSince }),
    take: (found) => followInvoices(run, found),
  });

const pullPayments = (run: Run): Promise<boolean> =>
  followPages<PaymentThere>(run, {
    watermark: 'paymentsUntil',
    read: ({ page, changedSince = beginning }) => listPayments(run.books, { page, changedSince }),
    take: (found) => followPayments(run, found),
  });

const pullQuotes = (run: Run): Promise<boolean> =>
  followPages<QuoteThere>(run, {
    watermark: 'quotesUntil',
    read: ({ page, changedSince = beginning }) => listQuotes(run.books, { page, changedSince }),
    take: async (found) => void (await followQuotes(run, found)),
  });

/** Payments only say which invoices to look at: where one is there and not here, or here and not there. */
const followPayments = async (run: Run, found: readonly PaymentThere[]): Promise<void> => {
  const { ws, tenantId, world } = run;
  const invoices = await documentsThere(world.table)(
    ws,
    tenantId,
    found.flatMap(({ invoiceId }) => (invoiceId === '' ? [] : [invoiceId])),
  );
  const ours = found.filter(({ invoiceId }) => invoices.get(invoiceId)?.kind === 'invoice');
  if (ours.length === 0) return;
  const known = await documentsThere(world.table)(
    ws,
    tenantId,
    ours.map(({ paymentId }) => paymentId),
  );
  const news = ours.filter(({ paymentId, status }) => known.has(paymentId) === (status === 'DELETED'));
  const xeroIds = [...new Set(news.map(({ invoiceId }) => invoiceId))];
  if (xeroIds.length > 0) await followInvoices(run, await findInvoicesThere(run.books, xeroIds));
};
