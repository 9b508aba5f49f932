import { couldBeBookedTwice } from '../../shared/domain/unknown-outcome.ts';
import { partyAt, partyKey } from '../../shared/store/parties.ts';
import type { Batch } from '../../shared/store/manifests.ts';
import { contactLinkKey } from '../../shared/store/xero-contacts.ts';
import type { WaitingWork, WorkKind } from '../../shared/store/waiting-work.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { findInvoicesById, findInvoicesByNumber } from '../../shared/xero/find-invoices.ts';
import { findQuotesByNumber } from '../../shared/xero/find-quotes.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { contactElement, findContacts, makingContacts, type Found } from './find-contacts.ts';
import { gatherInvoices } from './gather-invoices.ts';
import { gatherQuotes } from './gather-quotes.ts';
import { foundCreditNotes, isRefunded } from './look-up-credits.ts';
import { foundPurchases, foundSpends } from './look-up-purchases.ts';
import { isBooked } from './payout-documents.ts';
import { pullContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';
import { isAllocated } from './send-allocation.ts';
import { creditNoteElement, prepareCreditNotes, sendingCreditNotes } from './send-credit-notes.ts';
import { elementOf, invoiceNumberTaken, prepareInvoices, sendingInvoices, settledInvoice } from './send-invoices.ts';
import {
  gatherPayments,
  paymentElement,
  preparePayments,
  sendingPayments,
  settledPayment,
  type ReadyPayment,
} from './send-payments.ts';
import { preparePurchases, purchaseElement, sendingOwed, sendingSpent } from './send-purchases.ts';
import { adoptedQuote, holderOf, prepareQuotes, quoteElement, sendingQuotes } from './send-quotes.ts';
import type { Settled } from './settle.ts';
import { cautious, documentsOf, outcome, worksOf, type LookedUp } from './looked-up.ts';

// Flow of the worker: what became of a batch whose answer was lost, by the kind of what was sent.

/** Finds of a batch what is there by now. Throws `XeroError` where that can't be known. */
export const lookUp = (run: Run, batch: Batch): Promise<LookedUp> => {
  switch (batch.kind) {
    case 'invoice':
      return lookUpInvoices(run, batch);
    case 'quote':
      return lookUpQuotes(run, batch);
    case 'payment':
      return lookUpPayments(run, batch);
    case 'contact':
      return lookUpContacts(run, batch);
    case 'credit-note':
      return lookUpCreditNotes(run, batch);
    case 'payout':
      return lookUpEach(batch, (work) => isBooked(run, work.documentId, batch.documents[0]?.version ?? 0), 'payout');
    case 'credit-allocation':
      return lookUpEach(batch, (work) => isAllocated(run, work), 'credit-allocation');
    case 'credit-refund':
      return lookUpEach(batch, (work) => isRefunded(run, work), 'payment-change');
    case 'bill':
    case 'expense':
      return lookUpPurchases(run, batch, batch.kind);
    case 'spend':
      return lookUpSpends(run, batch);
    case 'void':
      return Promise.resolve({ found: [], missing: [] });
  }
};

const lookUpInvoices = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'invoice');
  const { toSend, idle } = await gatherInvoices(run, works, { evenIfStopped: true });
  const there = await findInvoicesByNumber(
    run.books,
    toSend.map(({ head }) => head.number),
  );
  const found: Settled[] = idle.map((work) => ({ work }));
  const missing = new Set<string>();
  for (const one of toSend) {
    const holder = there.find(({ number }) => number === one.head.number);
    if (!holder) missing.add(one.head.id);
    else if (holder.reference === one.head.id) found.push(settledInvoice(run, one, { ok: true, value: holder }));
    else found.push(invoiceNumberTaken(run, one));
  }
  return outcome(
    run,
    batch,
    { found, missing },
    {
      ready: async () => (await prepareInvoices(cautious(run), works)).ready,
      elementOf,
      sending: (ready) => sendingInvoices(run, ready),
    },
  );
};

const lookUpCreditNotes = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'credit-note');
  return outcome(run, batch, await foundCreditNotes(run, works), {
    ready: async () => (await prepareCreditNotes(cautious(run), works)).ready,
    elementOf: creditNoteElement,
    sending: (ready) => sendingCreditNotes(run, ready),
  });
};

const lookUpPurchases = async (run: Run, batch: Batch, kind: 'bill' | 'expense'): Promise<LookedUp> => {
  const works = worksOf(batch, kind);
  return outcome(run, batch, await foundPurchases(run, works), {
    ready: async () => (await preparePurchases(cautious(run), works)).owed,
    elementOf: purchaseElement,
    sending: (owed) => sendingOwed(run, kind, owed),
  });
};

const lookUpSpends = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'expense');
  return outcome(run, batch, await foundSpends(run, works), {
    ready: async () => (await preparePurchases(cautious(run), works)).spent,
    elementOf: purchaseElement,
    sending: (spent) => sendingSpent(run, spent),
  });
};

/** What is sent one by one, and looks before it sends, is only waited for: nothing is settled here, the next look does that. */
const lookUpEach = async (
  batch: Batch,
  hasArrived: (work: WaitingWork) => Promise<boolean>,
  kind: WorkKind,
): Promise<LookedUp> => {
  const missing = new Set<string>();
  for (const work of worksOf(batch, kind)) if (!(await hasArrived(work))) missing.add(work.documentId);
  return { found: [], missing: documentsOf(batch, missing) };
};

const lookUpQuotes = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'quote');
  const { toSend, idle } = await gatherQuotes(run, works, { evenIfOver: true });
  const there = await findQuotesByNumber(
    run.books,
    toSend.map(({ quote }) => quote.number),
  );
  const holders = toSend.map((one) => ({ one, holder: holderOf(there, one) }));
  const found = holders.flatMap(({ one, holder }) => (holder ? [adoptedQuote(run, one, holder)] : []));
  const missing = new Set(holders.flatMap(({ one, holder }) => (holder ? [] : [one.head.id])));
  return outcome(
    run,
    batch,
    { found: [...idle.map((work): Settled => ({ work })), ...found], missing },
    {
      ready: async () => (await prepareQuotes(cautious(run), works)).ready,
      elementOf: quoteElement,
      sending: (ready) => sendingQuotes(run, ready),
    },
  );
};

const lookUpPayments = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'payment');
  const { toSend, idle } = await gatherPayments(run, works);
  const invoiceIds = [...new Set(toSend.flatMap(({ invoiceItem }) => invoiceItem?.xeroId ?? []))];
  const invoices = await findInvoicesById(run.books, invoiceIds);
  // Whether the money is there can't be read from what isn't understood.
  if (invoices.some(({ unclear }) => unclear !== undefined)) throw new XeroError({ status: 200, code: 'bad-answer' });
  const there = invoices.flatMap(({ payments }) => payments);
  const found: Settled[] = idle.map((work) => ({ work }));
  const missing = new Set<string>();
  for (const one of toSend) {
    const mine = there.find(({ reference }) => reference === one.payment.id);
    if (mine) found.push(settledPayment(run, one, { ok: true, value: mine }));
    else missing.add(one.payment.id);
  }
  return outcome(
    run,
    batch,
    { found, missing },
    {
      ready: async () => (await preparePayments(run, works)).ready,
      elementOf: paymentElement,
      sending: (ready) => sendingPayments(run, ready),
      // Nothing but the key would keep a part payment from being booked twice, and how long Xero keeps keys is not to be relied on.
      isSafe: (ready) => invoices.length === invoiceIds.length && !invoices.some((one) => twiceOn(one, ready)),
    },
  );
};

const hundredths = (amount: number): number => Math.round(amount * 100);

const twiceOn = ({ invoiceId, total, payments }: XeroInvoice, ready: readonly ReadyPayment[]): boolean => {
  const paid = payments.reduce((sum, { amount }) => sum + hundredths(amount), 0);
  const ours = ready.filter(({ document }) => document.invoice?.invoiceID === invoiceId);
  return couldBeBookedTwice(
    hundredths(total) - paid,
    ours.map(({ document }) => hundredths(document.amount ?? 0)),
  );
};

/** The mirror finds contacts by our number, once it is brought up to date. */
const lookUpContacts = async (run: Run, batch: Batch): Promise<LookedUp> => {
  await pullContacts(run);
  const ids = batch.documents.map(({ documentId }) => documentId);
  const items = await run.world.table.batchGet(
    ids.flatMap((id) => [partyKey(run.ws, id), contactLinkKey(run.ws, run.tenantId, id)]),
  );
  const clients = ids.flatMap((id) => partyAt(items, run.ws, id) ?? []);
  const linked = new Map<string, Found>();
  for (const [id, result] of await findContacts(cautious(run), clients, new Map())) linked.set(id, result);
  const missing = new Set(
    clients.flatMap(({ id }) => {
      const result = linked.get(id);
      return result && 'block' in result && result.block.code === 'contact-unknown' ? [id] : [];
    }),
  );
  return outcome(
    run,
    batch,
    { found: [], missing },
    {
      ready: async () => clients,
      elementOf: contactElement,
      sending: (ready) => makingContacts(run, ready, linked),
    },
  );
};
