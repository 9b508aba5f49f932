import { readParkedWork, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { readLinkedClients } from '../../shared/store/xero-contacts.ts';
import { createInvoices } from '../../shared/xero/create-invoices.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { findInvoicesByNumber } from '../../shared/xero/find-invoices.ts';
import type { XeroInvoice } from '../../shared/xero/invoice-answer.ts';
import { invoiceFor, invoiceGaps, totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import { gapBlock, mayBeTaken, numberTaken, refusedByXero, syncIsOff, totalDiffers } from './blocks.ts';
import { archivedBlock, findContacts, type Found } from './find-contacts.ts';
import { followOrganisation, isLocked, lockedBlock, mayBeLocked, onLockDate } from './follow-organisation.ts';
import { holdForCalendar } from './hold-for-calendar.ts';
import { gatherInvoices, type InvoiceToSend } from './gather-invoices.ts';
import { pullContacts } from './pull-contacts.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import { sendBatch, type Element, type Sending } from './send-batch.ts';
import { blocked, settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: sends issued invoices to Xero, each once, as far as its contact and its mapping are known.

type XeroDocument = ReturnType<typeof invoiceFor>;
type InvoiceElement = Element<XeroDocument>;

/** Xero asks for requests below 3.5 MB. */
const bytesPerBatchMax = 3_000_000;

/**
 * Sends a batch of invoices: one call when their contacts are known. Returns whether work can go on because of it: invoices that
 * didn't fit into the request, payments that waited for these invoices.
 */
export const sendInvoices = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const { ready, blocks, idle } = await prepareInvoices(run, await holdForCalendar(run, works));
  const stopped = [...idle.map((work) => ({ work })), ...blocks];
  if (stopped.length > 0) await settle(run, stopped, { closing: false });
  const batch = fittingBatch(ready);
  await sendBatch(run, batch.map(elementOf), sendingInvoices(run, batch));
  return batch.length < ready.length || batch.some(({ before }) => before?.awaited === true);
};

export interface ReadyInvoice extends InvoiceToSend {
  readonly document: XeroDocument;
}

/** Everything that can be sent as it stands, and why the rest can't. */
export const prepareInvoices = async (run: Run, works: readonly WaitingWork[]) => {
  const { toSend, idle, clients, links } = await gatherInvoices(run, works);
  const allowed = run.settings.sync.invoices;
  const contacts = allowed ? await findContacts(run, clients, links) : new Map<string, Found>();
  const blocks: Settled[] = [];
  const ready: ReadyInvoice[] = [];
  for (const one of toSend) {
    const contact = contacts.get(one.client.id);
    if (!contact) blocks.push(blockedBy(run, one, syncIsOff('invoices')));
    else if ('block' in contact)
      blocks.push(blocked(run, one.work, one.before, contact.block, { what: 'contact', on: one.client.id }, named(one)));
    else {
      const place = { ...one.place, contactId: contact.contactId };
      const [gap] = invoiceGaps(one.invoice, place);
      if (gap) blocks.push(blockedBy(run, one, gapBlock(gap, 'Void the invoice and make it anew.')));
      // Whoever asks for it again may know better: then Xero is asked.
      else if (one.work.lane !== 'urgent' && isLocked(run, one.invoice.issueDate)) blocks.push(lockedOut(run, one));
      else ready.push({ ...one, document: invoiceFor(one.invoice, place) });
    }
  }
  return { ready, blocks, idle };
};

const named = ({ head }: InvoiceToSend) => ({ number: head.number });

const blockedBy = (run: Run, one: InvoiceToSend, block: Block): Settled =>
  blocked(run, one.work, one.before, block, { what: 'person', on: one.head.id }, named(one));

export const elementOf = ({ work, head, document }: ReadyInvoice): InvoiceElement => ({
  work,
  documentVersion: head.version,
  payload: document,
});

/** As many as fit into one request; what doesn't fit stays waiting. One that fits alone goes alone. */
const fittingBatch = (ready: readonly ReadyInvoice[]): readonly ReadyInvoice[] => {
  let bytes = 0;
  const fitting = ready.filter(({ document }) => {
    bytes += Buffer.byteLength(JSON.stringify(document));
    return bytes <= bytesPerBatchMax;
  });
  return fitting.length > 0 ? fitting : ready.slice(0, 1);
};

/** How invoices are made, and what is kept of each answer. */
export const sendingInvoices = (run: Run, batch: readonly ReadyInvoice[]): Sending<XeroDocument, XeroInvoice> => ({
  kind: 'invoice',
  call: (payloads, key) => createInvoices(run.books, payloads, key),
  settle: async (results) => {
    const pairs = results.flatMap(({ element, outcome }) => {
      const one = batch.find(({ head }) => head.id === element.work.documentId);
      return one ? [{ one, outcome }] : [];
    });
    const standing = await lookUpRefused(run, pairs);
    const archived = await lookUpArchived(run, pairs);
    await lookUpLocked(run, pairs);
    const outcomes = pairs.map(({ one, outcome }) => {
      if (!outcome.ok && archived.has(one.client.id))
        return blocked(run, one.work, one.before, archivedBlock(one.client), { what: 'contact', on: one.client.id }, named(one));
      if (!outcome.ok && isLocked(run, one.invoice.issueDate)) return lockedOut(run, one);
      const holder = standing.get(one.head.number);
      if (holder?.reference === one.head.id) return settledInvoice(run, one, { ok: true, value: holder });
      return holder ? invoiceNumberTaken(run, one) : settledInvoice(run, one, outcome);
    });
    await settle(run, outcomes, { closing: true });
    await letPaymentsGoOn(
      run,
      pairs.map(({ one }) => one),
    );
  },
});

/** Who holds the numbers that were refused: our own invoice of an earlier try, or somebody else's. */
const lookUpRefused = async (
  run: Run,
  pairs: readonly { one: ReadyInvoice; outcome: Outcome<XeroInvoice> }[],
): Promise<Map<string, XeroInvoice>> => {
  const numbers = pairs.filter(({ outcome }) => !outcome.ok && mayBeTaken(outcome.messages)).map(({ one }) => one.head.number);
  const found = numbers.length === 0 ? [] : await findInvoicesByNumber(run.books, numbers);
  return new Map(found.map((invoice) => [invoice.number, invoice]));
};

/** Clients whose contact turned out to be archived since it was seen last. The words only say whether looking is worth a call. */
const lookUpArchived = async (
  run: Run,
  pairs: readonly { one: ReadyInvoice; outcome: Outcome<XeroInvoice> }[],
): Promise<Set<string>> => {
  const suspected = pairs.filter(({ outcome }) => !outcome.ok && outcome.messages.some((message) => /archived/i.test(message)));
  if (suspected.length === 0) return new Set();
  await pullContacts(run);
  const contactIds = suspected.flatMap(({ one }) => one.document.contact?.contactID ?? []);
  const links = await readLinkedClients(run.world.table)(run.ws, run.tenantId, contactIds);
  return new Set([...links.values()].filter(({ archived }) => archived).map(({ clientId }) => clientId));
};

/** A period may have been closed since the organisation was read. */
const lookUpLocked = async (run: Run, pairs: readonly { one: ReadyInvoice; outcome: Outcome<XeroInvoice> }[]): Promise<void> => {
  const isNew = ({ one, outcome }: (typeof pairs)[number]): boolean =>
    !outcome.ok && mayBeLocked(outcome.messages) && !isLocked(run, one.invoice.issueDate);
  if (pairs.some(isNew)) await followOrganisation(run);
};

const lockedOut = (run: Run, one: InvoiceToSend): Settled =>
  blocked(run, one.work, one.before, lockedBlock(run, one.invoice.issueDate), { what: 'person', on: onLockDate }, named(one));

export const invoiceNumberTaken = (run: Run, one: InvoiceToSend): Settled =>
  blockedBy(run, one, numberTaken('invoice', one.head.number, '; or void this one and go on with the next number'));

/** What an answer says of an invoice. */
export const settledInvoice = (run: Run, one: InvoiceToSend, outcome: Outcome<XeroInvoice>): Settled => {
  if (!outcome.ok) return blockedBy(run, one, refusedByXero('the invoice', outcome.messages));
  const { value } = outcome;
  if (value.unclear !== undefined) return notUnderstood(run, one, value.invoiceId, value.unclear);
  const known = {
    number: one.head.number,
    xeroId: value.invoiceId,
    xeroStatus: value.status,
    xeroUpdatedAt: value.updatedAt,
    pushedVersion: one.head.version,
    lastSyncedAt: instantAt(run.world),
  };
  if (value.status === 'VOIDED' || value.status === 'DELETED')
    return {
      work: one.work,
      item: syncItemOf(run, one.work, one.before, {
        state: 'blocked',
        ...known,
        code: 'voided-in-xero',
        reason: `Invoice ${one.head.number} was voided or deleted in Xero`,
        mend: 'Void the invoice here too, and make a new one.',
      }),
    };
  const different = totalsThatDiffer(one.invoice, value);
  if (different.length === 0)
    return { work: one.work, item: syncItemOf(run, one.work, one.before, { state: 'synced', ...known }) };
  const words = different.map(({ sum, ours, theirs }) => `${sum} ${theirs} there and ${ours} here`).join(', ');
  return {
    work: one.work,
    item: syncItemOf(run, one.work, one.before, {
      state: 'blocked',
      ...known,
      ...totalDiffers(
        `invoice ${one.head.number}`,
        words,
        'Compare the tax types in the settings for Xero with the rates on the invoice, or void it and make it anew.',
      ),
    }),
  };
};

/** It is there, but nobody can tell how it stands. What is kept is how to find it. */
const notUnderstood = (run: Run, one: InvoiceToSend, xeroId: string, unclear: string): Settled => ({
  work: one.work,
  item: syncItemOf(run, one.work, one.before, {
    state: 'blocked',
    number: one.head.number,
    xeroId,
    pushedVersion: one.head.version,
    code: 'not-understood',
    reason: `Xero says something of invoice ${one.head.number} that is not known here: ${unclear}`,
    mend: 'Look at the invoice in Xero. It goes on by itself once Xero says something that is known here.',
  }),
});

/** Payments that waited for one of these invoices go on. */
const letPaymentsGoOn = async (run: Run, batch: readonly InvoiceToSend[]): Promise<void> => {
  const awaited = new Set(batch.filter(({ before }) => before?.awaited).map(({ head }) => head.id));
  if (awaited.size === 0) return;
  const parked = await readParkedWork(run.world.table)(run.ws);
  await releaseParked(
    run.world,
    run.ws,
    parked.filter(({ waitsFor, on }) => waitsFor === 'invoice' && awaited.has(on)),
  );
};
