import { keepSyncItem } from '../../shared/store/sync-items.ts';
import { readParkedWork, unparked, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { createCreditNotes } from '../../shared/xero/create-credit-notes.ts';
import type { XeroCreditNote } from '../../shared/xero/credit-note-answer.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { findCreditNotesByNumber } from '../../shared/xero/find-credit-notes.ts';
import { creditNoteFor } from '../../shared/xero/map-credit-note.ts';
import { invoiceGaps, totalsThatDiffer, type InvoiceForXero } from '../../shared/xero/map-invoice.ts';
import {
  awaitsApproval,
  gapBlock,
  invoiceNotThere,
  mayBeTaken,
  numberTaken,
  refusedByXero,
  syncIsOff,
  totalDiffers,
  waitsForInvoice,
} from './blocks.ts';
import { findContacts, type Found } from './find-contacts.ts';
import { followOrganisation, mayBeLocked } from './follow-organisation.ts';
import { gatherCreditNotes, type CreditNoteToSend } from './gather-credit-notes.ts';
import { liftInvoices } from './lift-invoices.ts';
import type { Run } from './run.ts';
import { sendBatch, type Element, type Sending } from './send-batch.ts';
import { blocked, nothingToDo, settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: sends credit notes to Xero, each once, after their invoices are there and approved.

type XeroDocument = ReturnType<typeof creditNoteFor>;

export interface ReadyCreditNote extends CreditNoteToSend {
  readonly document: XeroDocument;
}

/** Sends a batch of credit notes; those whose invoice isn't there yet wait for it. Returns whether more can go on at once. */
export const sendCreditNotes = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const openFrom = run.connection.lockDate;
  const { ready, stopped, there } = await prepareCreditNotes(run, works);
  // Whoever asks for it again means what follows from it, too.
  const settled = there.map(({ work, note, before }): Settled => {
    const isAsked = before?.state === 'pending' && before.code === null;
    return {
      work,
      ...(isAsked ? { item: syncItemOf(run, work, before, { state: 'synced' }) } : {}),
      also: allocationWaits(run, work, note),
    };
  });
  if (stopped.length + settled.length > 0) await settle(run, [...stopped, ...settled], { closing: false });
  await sendBatch(run, ready.map(creditNoteElement), sendingCreditNotes(run, ready));
  const awaited = (lanes: (work: WaitingWork) => boolean): string[] => [
    ...new Set(works.filter(lanes).flatMap(({ documentId }) => run.deferred.get(documentId) ?? [])),
  ];
  const lifted = await liftInvoices(
    run,
    awaited(({ lane }) => lane !== 'backfill'),
  );
  const moved = await liftInvoices(
    run,
    awaited(({ lane }) => lane === 'backfill'),
    'documents',
  );
  return lifted || moved || ready.length > 0 || run.connection.lockDate !== openFrom;
};

export const creditNoteElement = ({ work, document }: ReadyCreditNote): Element<XeroDocument> => ({
  ...{ work, documentVersion: 1, payload: document },
});

/** Everything that can be sent as it stands, and why the rest can't. */
export const prepareCreditNotes = async (run: Run, works: readonly WaitingWork[]) => {
  const { toSend, there, over, idle, links } = await gatherCreditNotes(run, works);
  const stopped: Settled[] = [...idle.map((work) => ({ work })), ...over.map((one) => settledOver(run, one))];
  const waiting: CreditNoteToSend[] = [];
  for (const one of toSend) {
    const found = judge(run, one);
    if (found === 'later') run.deferred.set(one.note.id, one.head.id);
    else if (found) stopped.push(found);
    else waiting.push(one);
  }
  const clients = [...new Map(waiting.map(({ client }) => [client.id, client])).values()];
  const contacts = clients.length > 0 ? await findContacts(run, clients, links) : new Map<string, Found>();
  const ready: ReadyCreditNote[] = [];
  for (const one of waiting) {
    const contact = contacts.get(one.client.id);
    if (!contact) continue;
    if ('block' in contact) stopped.push(stop(run, one, contact.block, { what: 'contact', on: one.client.id }));
    else {
      const place = { ...one.place, contactId: contact.contactId };
      const [gap] = invoiceGaps(one.content as unknown as InvoiceForXero, place);
      if (gap) stopped.push(stop(run, one, gapBlock(gap, 'Make the credit note in Xero by hand.')));
      else ready.push({ ...one, document: creditNoteFor(one.content, place) });
    }
  }
  return { ready, stopped, there };
};

/** What held it up is over with it. One that got there has to be void there, too; a comparison tells. */
const settledOver = (run: Run, { work, before }: Pick<CreditNoteToSend, 'work' | 'before'>): Settled =>
  before?.xeroId == null ? nothingToDo(run, work, before) : { work, item: syncItemOf(run, work, before, { state: 'synced' }) };

/** Whether it has to wait for its invoice in this run, or is stopped until something changes. */
const judge = (run: Run, one: CreditNoteToSend): Settled | 'later' | undefined => {
  const { invoiceItem, head } = one;
  if (!run.settings.sync.invoices) return stop(run, one, syncIsOff('invoices', ' and credit notes'));
  if (!head.toXero) return stop(run, one, invoiceNotThere(head.number, 'credit note'));
  if (invoiceItem?.xeroId == null) {
    const keptBack = invoiceItem?.code === 'waiting-for-calendar' && invoiceItem.state === 'pending';
    if (!keptBack && invoiceItem?.state !== 'blocked' && invoiceItem?.state !== 'failed') return 'later';
    return {
      ...stop(run, one, waitsForInvoice(head.number, 'credit note'), { what: 'invoice', on: head.id }),
      also: [keepSyncItem(run.ws, { ...invoiceItem, awaited: true })],
    };
  }
  if (invoiceItem.tenantId != null && invoiceItem.tenantId !== run.tenantId) return stop(run, one, otherBooks);
  if (invoiceItem.xeroStatus === 'DRAFT' || invoiceItem.xeroStatus === 'SUBMITTED')
    return {
      work: one.work,
      item: syncItemOf(run, one.work, one.before, {
        state: 'pending',
        number: one.note.number,
        ...awaitsApproval(head.number, 'credit note'),
      }),
      waitsFor: { what: 'approval', on: head.id },
    };
  if (invoiceItem.xeroStatus === 'VOIDED' || invoiceItem.xeroStatus === 'DELETED') return stop(run, one, voided(head.number));
  return undefined;
};

const stop = (run: Run, one: CreditNoteToSend, block: Block, waitsFor?: Settled['waitsFor']): Settled =>
  blocked(run, one.work, one.before, block, waitsFor, { number: one.note.number });

const otherBooks = {
  code: 'other-organisation',
  reason: 'Its invoice is in the books of an organisation that was connected before',
  mend: 'Make the credit note there.',
};
const voided = (number: string | null) => ({
  code: 'voided-in-xero',
  reason: `Invoice ${number ?? ''} is void in Xero, so that nothing of it can be credited there`,
  mend: 'Nothing has to be done in Xero; settle the difference between the two invoices.',
});

/** How credit notes are made, and what is kept of each answer. */
export const sendingCreditNotes = (run: Run, batch: readonly ReadyCreditNote[]): Sending<XeroDocument, XeroCreditNote> => ({
  kind: 'credit-note',
  call: (payloads, key) => createCreditNotes(run.books, payloads, key),
  settle: async (results) => {
    const pairs = results.flatMap(({ element, outcome }) => {
      const one = batch.find(({ note }) => note.id === element.work.documentId);
      return one ? [{ one, outcome }] : [];
    });
    const standing = await lookUpRefused(run, pairs);
    const before = run.connection.lockDate ?? '';
    if (pairs.some(({ outcome }) => !outcome.ok && mayBeLocked(outcome.messages))) await followOrganisation(run);
    const moved = (run.connection.lockDate ?? '') > before;
    const outcomes = pairs.flatMap(({ one, outcome }) => {
      // What was refused because a period was closed meanwhile goes again with the first open date.
      if (moved && !outcome.ok && mayBeLocked(outcome.messages)) return [];
      const holder = standing.get(one.note.number);
      if (!holder) return [settledCreditNote(run, one, outcome)];
      return [
        holder.reference === one.note.id ? settledCreditNote(run, one, { ok: true, value: holder }) : creditNumberTaken(run, one),
      ];
    });
    await settle(run, outcomes, { closing: true });
    await letRefundsGoOn(run, new Set(pairs.map(({ one }) => one.note.id)));
  },
});

/** Who holds the numbers of those that were refused: our own of an earlier try, or somebody else's. */
const lookUpRefused = async (
  run: Run,
  pairs: readonly { one: ReadyCreditNote; outcome: Outcome<XeroCreditNote> }[],
): Promise<Map<string, XeroCreditNote>> => {
  const refused = pairs.filter(({ outcome }) => !outcome.ok && mayBeTaken(outcome.messages)).map(({ one }) => one.note.number);
  const found = refused.length === 0 ? [] : await findCreditNotesByNumber(run.books, refused);
  return new Map(found.map((one) => [one.number, one]));
};

export const creditNumberTaken = (run: Run, one: CreditNoteToSend): Settled =>
  stop(run, one, numberTaken('credit note', one.note.number));

/** What an answer says of a credit note; what has to be done with it there waits from then on. */
export const settledCreditNote = (run: Run, one: CreditNoteToSend, outcome: Outcome<XeroCreditNote>): Settled => {
  if (!outcome.ok) return stop(run, one, refusedByXero('the credit note', outcome.messages));
  const { value } = outcome;
  const at = instantAt(run.world);
  const known = {
    number: one.note.number,
    xeroId: value.creditNoteId,
    xeroStatus: value.status,
    pushedVersion: 1,
    lastSyncedAt: at,
  };
  const [different] = totalsThatDiffer(one.note, value);
  const also = allocationWaits(run, one.work, one.note);
  if (!different) return { work: one.work, item: syncItemOf(run, one.work, one.before, { state: 'synced', ...known }), also };
  const words = `${different.sum} ${different.theirs} there and ${different.ours} here`;
  const block = totalDiffers(
    `credit note ${one.note.number}`,
    words,
    'Compare the tax types in the settings for Xero with the rates on the invoice.',
  );
  return {
    work: one.work,
    item: syncItemOf(run, one.work, one.before, { state: 'blocked', ...known, ...block }),
    also,
  };
};

/** What a backfill has brought stays behind everything else. */
const allocationWaits = (run: Run, { lane }: WaitingWork, { id, allocated }: CreditNoteToSend['note']): Write[] => {
  if (allocated.amount === 0) return [];
  const at = instantAt(run.world);
  const work = { kind: 'credit-allocation', documentId: id, lane: lane === 'backfill' ? lane : 'payments' } as const;
  return [unparked(run.ws, work), waits(run.ws, { ...work, version: run.world.clock(), dueAt: at, since: at })];
};

/** Refunds that waited for one of these credit notes go on. */
const letRefundsGoOn = async (run: Run, noteIds: ReadonlySet<string>): Promise<void> => {
  const parked = await readParkedWork(run.world.table)(run.ws);
  const at = instantAt(run.world);
  for (const { waitsFor, on, kind, documentId, lane, since } of parked) {
    if (waitsFor !== 'invoice' || kind !== 'payment-change' || !noteIds.has(on)) continue;
    const work = { kind, documentId } as const;
    await run.world.table.commit([
      unparked(run.ws, work),
      waits(run.ws, { ...work, lane, since, version: run.world.clock(), dueAt: at }),
    ]);
  }
};
