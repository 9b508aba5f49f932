import { afterLookUp, couldBeBookedTwice } from '../../shared/domain/unknown-outcome.ts';
import { partyAt, partyKey } from '../../shared/store/parties.ts';
import { replaceManifest, manifestAfter, type Batch } from '../../shared/store/manifests.ts';
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
import { MustWait } from './open-books.ts';
import { isBooked } from './payout-documents.ts';
import { pullContacts } from './pull-contacts.ts';
import type { Run } from './run.ts';
import { isAllocated } from './send-allocation.ts';
import { hashOf, resendBatch, type Element, type Sending } from './send-batch.ts';
import { creditNoteElement, prepareCreditNotes, sendingCreditNotes } from './send-credit-notes.ts';
import { elementOf, numberTaken, prepareInvoices, sendingInvoices, settledInvoice } from './send-invoices.ts';
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
import { closeManifest, settle, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: finds out what became of a batch whose answer was lost, before anything else is sent.

/** What was sent, as far as it is found in Xero. */
interface LookedUp {
  /** Outcomes of what is there. */
  readonly found: readonly Settled[];
  readonly missing: Batch['documents'];
  /** Sends the same again; undefined when what is missing isn't the whole batch, byte by byte. */
  readonly again?: (() => Promise<void>) | undefined;
}

/**
 * Looks up what the manifest names. What is there is adopted; of what is missing, the same bytes go out under the same key, or it
 * is left to a new batch, or neither is safe yet: then `MustWait` is thrown.
 */
export const resolveManifest = async (run: Run): Promise<void> => {
  const { batch } = run.manifest;
  if (!batch) return;
  const { found, missing, again } = await lookUp(run, batch);
  // Nothing waits any more for what is found: if its manifest stayed open, nobody would come to close it.
  if (missing.length === 0) return found.length > 0 ? settle(run, found, { closing: true }) : closeManifest(run);
  if (found.length > 0) await settle(run, found, { closing: false });
  const next = afterLookUp({
    now: instantAt(run.world),
    firstSentAt: batch.firstSentAt,
    lastSentAt: batch.lastSentAt,
    someFound: found.length > 0,
    sameBytes: again !== undefined,
  });
  if (next.next === 'renew') return closeManifest(run);
  if (next.next === 'resend' && again) return again();
  if (found.length > 0) await keepMissing(run, { ...batch, documents: missing });
  const until = next.next === 'wait' ? next.until : instantAt(run.world, 60_000);
  throw new MustWait(until, 'unknown-outcome', { estimated: false, refused: false });
};

/** While a manifest stands nothing new is made, not even a contact. */
const cautious = (run: Run): Run => ({ ...run, settings: { ...run.settings, contactPolicy: 'match-only' } });

/** What was found need not be looked up again. The rest can't be sent under the old key any more: its bytes are others. */
const keepMissing = async (run: Run, batch: Batch): Promise<void> => {
  await run.world.table.commit([replaceManifest(run.ws, run.manifest, batch)]);
  run.manifest = manifestAfter(run.manifest, batch);
};

const lookUp = (run: Run, batch: Batch): Promise<LookedUp> => {
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

/** The waiting work that a batch was made from. */
const worksOf = (batch: Batch, kind: WorkKind): WaitingWork[] =>
  batch.documents.map(({ documentId, workVersion, lane = 'documents' }) => ({
    documentId,
    kind,
    lane,
    version: workVersion,
    dueAt: batch.firstSentAt,
    since: batch.firstSentAt,
    attempts: 0,
  }));

const documentsOf = (batch: Batch, ids: ReadonlySet<string>): Batch['documents'] =>
  batch.documents.filter(({ documentId }) => ids.has(documentId));

const resending =
  <P, R>(run: Run, batch: Batch, elements: readonly Element<P>[], sending: Sending<P, R>) =>
  (): Promise<void> =>
    resendBatch(run, batch, elements, sending);

const isSame = (batch: Batch, elements: readonly Element<unknown>[]): boolean =>
  hashOf(elements.map(({ payload }) => payload)) === batch.bodyHash;

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
    else found.push(numberTaken(run, one));
  }
  const { ready } = missing.size === batch.documents.length ? await prepareInvoices(cautious(run), works) : { ready: [] };
  const elements = ready.map(elementOf);
  const again = isSame(batch, elements) ? resending(run, batch, elements, sendingInvoices(run, ready)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
};

const lookUpCreditNotes = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'credit-note');
  const { found, missing } = await foundCreditNotes(run, works);
  const { ready } = missing.size === batch.documents.length ? await prepareCreditNotes(cautious(run), works) : { ready: [] };
  const elements = ready.map(creditNoteElement);
  const again = isSame(batch, elements) ? resending(run, batch, elements, sendingCreditNotes(run, ready)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
};

const lookUpPurchases = async (run: Run, batch: Batch, kind: 'bill' | 'expense'): Promise<LookedUp> => {
  const works = worksOf(batch, kind);
  const { found, missing } = await foundPurchases(run, works);
  const owed = missing.size === batch.documents.length ? (await preparePurchases(cautious(run), works)).owed : [];
  const elements = owed.map(purchaseElement);
  const again = isSame(batch, elements) ? resending(run, batch, elements, sendingOwed(run, kind, owed)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
};

const lookUpSpends = async (run: Run, batch: Batch): Promise<LookedUp> => {
  const works = worksOf(batch, 'expense');
  const { found, missing } = await foundSpends(run, works);
  const spent = missing.size === batch.documents.length ? (await preparePurchases(cautious(run), works)).spent : [];
  const elements = spent.map(purchaseElement);
  const again = isSame(batch, elements) ? resending(run, batch, elements, sendingSpent(run, spent)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
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
  const { ready } = missing.size === batch.documents.length ? await prepareQuotes(cautious(run), works) : { ready: [] };
  const elements = ready.map(quoteElement);
  const again = isSame(batch, elements) ? resending(run, batch, elements, sendingQuotes(run, ready)) : undefined;
  return { found: [...idle.map((work): Settled => ({ work })), ...found], missing: documentsOf(batch, missing), again };
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
  const { ready } = missing.size === batch.documents.length ? await preparePayments(run, works) : { ready: [] };
  const elements = ready.map(paymentElement);
  // Nothing but the key would keep a part payment from being booked twice, and how long Xero keeps keys is not to be relied on.
  const safe = isSame(batch, elements) && invoices.length === invoiceIds.length && !invoices.some((one) => twiceOn(one, ready));
  const again = safe ? resending(run, batch, elements, sendingPayments(run, ready)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
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
  const elements = clients.map(contactElement);
  const whole = missing.size === batch.documents.length && isSame(batch, elements);
  const again = whole ? resending(run, batch, elements, makingContacts(run, clients, linked)) : undefined;
  return { found: [], missing: documentsOf(batch, missing), again };
};
