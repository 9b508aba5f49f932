import { isOnItsWay, nextQuoteStatus } from '../../shared/domain/quote-in-xero.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { changeQuotes, createQuotes } from '../../shared/xero/create-quotes.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { findQuotesByNumber } from '../../shared/xero/find-quotes.ts';
import { invoiceGaps, totalsThatDiffer } from '../../shared/xero/map-invoice.ts';
import { quoteFor } from '../../shared/xero/map-quote.ts';
import type { XeroQuote } from '../../shared/xero/quote-answer.ts';
import { gapBlock, mayBeTaken, numberTaken, refusedByXero, syncIsOff, totalDiffers } from './blocks.ts';
import { findContacts, type Found } from './find-contacts.ts';
import { gatherQuotes, type QuoteToSend } from './gather-quotes.ts';
import { giveWay } from './pick-work.ts';
import type { Run } from './run.ts';
import { sendBatch, type Element, type Sending } from './send-batch.ts';
import { blocked, nothingToDo, settle, syncItemOf, type Block, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: quotes are made in Xero as drafts, and led from there to the state that they have here, one step a call.

type XeroDocument = ReturnType<typeof quoteFor>;

export interface ReadyQuote extends QuoteToSend {
  readonly document: XeroDocument;
}

/** Makes a batch of quotes, or leads it one step on. Returns whether there is a further step, so that its work stays waiting. */
export const sendQuotes = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  const { ready, stopped } = await prepareQuotes(run, works);
  if (stopped.length > 0) await settle(run, stopped, { closing: false });
  const fresh = ready.filter(({ before }) => before?.xeroId == null);
  if (fresh.length > 0) await sendBatch(run, fresh.map(quoteElement), sendingQuotes(run, fresh));
  else if (ready.length > 0) await lead(run, ready);
  return ready.length > 0;
};

/** Everything that can be sent as it stands, and why the rest can't. */
export const prepareQuotes = async (
  run: Run,
  works: readonly WaitingWork[],
): Promise<{ ready: ReadyQuote[]; stopped: Settled[] }> => {
  const { toSend, idle, tried, clients, links } = await gatherQuotes(run, works);
  const contacts = run.settings.sync.quotes ? await findContacts(run, clients, links) : new Map<string, Found>();
  const stopped: Settled[] = idle.map((work) => nothingToDo(run, work, tried.get(work.documentId)));
  const ready: ReadyQuote[] = [];
  for (const one of toSend) {
    const contact = contacts.get(one.client.id);
    if (!contact) stopped.push(stop(run, one, syncIsOff('quotes')));
    else if ('block' in contact) stopped.push(stop(run, one, contact.block, { what: 'contact', on: one.client.id }));
    else {
      const place = { ...one.place, contactId: contact.contactId };
      const [gap] = invoiceGaps(one.quote, { ...place, status: 'DRAFT' });
      if (gap) stopped.push(stop(run, one, gapBlock(gap, 'Revise the quote.')));
      else {
        const status = one.before?.xeroId == null ? 'DRAFT' : nextQuoteStatus(one.before.xeroStatus ?? '', one.wanted);
        if (status === undefined) stopped.push(noWay(run, one, one.before?.xeroStatus ?? ''));
        else ready.push({ ...one, document: quoteFor(one.quote, place, { status, quoteId: one.before?.xeroId ?? undefined }) });
      }
    }
  }
  return { ready, stopped };
};

const stop = (run: Run, one: QuoteToSend, { code, reason, mend }: Block, waitsFor?: Settled['waitsFor']): Settled =>
  blocked(run, one.work, one.before, { code, reason, mend }, waitsFor, { number: one.quote.number });

/** Somebody gave it another answer there, or deleted it: neither side's word is overwritten. */
const noWay = (run: Run, one: QuoteToSend, there: string): Settled =>
  stop(run, one, {
    code: 'status-differs',
    reason: `Quote ${one.quote.number} is ${there.toLowerCase()} in Xero, and ${one.head.status} here`,
    mend:
      there === 'DELETED'
        ? 'Nothing has to be done in Xero; what was deleted there stays so.'
        : 'Set the quote back to sent in Xero, then try again; or leave both as they are.',
  });

export const quoteElement = ({ work, head, document }: ReadyQuote): Element<XeroDocument> => ({
  work,
  documentVersion: head.version,
  payload: document,
});

/** How quotes are made, and what is kept of each answer. */
export const sendingQuotes = (run: Run, batch: readonly ReadyQuote[]): Sending<XeroDocument, XeroQuote> => ({
  kind: 'quote',
  call: (payloads, key) => createQuotes(run.books, payloads, key),
  settle: async (results) => {
    const pairs = results.flatMap(({ element, outcome }) => {
      const one = batch.find(({ head }) => head.id === element.work.documentId);
      return one ? [{ one, outcome }] : [];
    });
    const refused = pairs.filter(({ outcome }) => !outcome.ok && mayBeTaken(outcome.messages)).map(({ one }) => one.quote.number);
    const holders = refused.length === 0 ? [] : await findQuotesByNumber(run.books, refused);
    const outcomes = pairs.map(({ one, outcome }) => {
      const holder = outcome.ok ? undefined : holderOf(holders, one);
      return holder ? adoptedQuote(run, one, holder) : settledQuote(run, one, outcome);
    });
    await settle(run, outcomes, { closing: true });
  },
});

/** Who has the number there: ours before anybody else's. */
export const holderOf = (found: readonly XeroQuote[], { quote }: QuoteToSend): XeroQuote | undefined =>
  found.find(({ number, reference }) => number === quote.number && reference === quote.id) ??
  found.find(({ number, status }) => number === quote.number && status !== 'DELETED');

/** A quote that stands there already: ours by its reference, or a foreign one that is never overwritten. */
export const adoptedQuote = (run: Run, one: QuoteToSend, holder: XeroQuote): Settled =>
  holder.reference === one.quote.id
    ? settledQuote(run, one, { ok: true, value: holder })
    : stop(run, one, numberTaken('quote', one.quote.number, '; or revise this one'));

/** What an answer says of a quote. While a step is left to where it should be, its work stays. */
export const settledQuote = (run: Run, one: QuoteToSend, outcome: Outcome<XeroQuote>): Settled => {
  if (!outcome.ok) return stop(run, one, refusedByXero('the quote', outcome.messages));
  const { value } = outcome;
  const known = {
    number: one.quote.number,
    xeroId: value.quoteId,
    xeroStatus: value.status,
    xeroUpdatedAt: value.updatedAt,
    pushedVersion: one.head.version,
    lastSyncedAt: instantAt(run.world),
  };
  const [different] = totalsThatDiffer(one.quote, value);
  if (different)
    return {
      work: one.work,
      item: syncItemOf(run, one.work, one.before, {
        state: 'blocked',
        ...known,
        ...totalDiffers(
          `quote ${one.quote.number}`,
          `${different.sum} ${different.theirs} there and ${different.ours} here`,
          'Compare the tax types in the settings for Xero with the rates on the quote, or revise it.',
        ),
      }),
    };
  if (value.status === one.wanted)
    return { work: one.work, item: syncItemOf(run, one.work, one.before, { state: 'synced', ...known }) };
  if (!isOnItsWay(value.status, one.wanted))
    return noWay(run, { ...one, before: syncItemOf(run, one.work, one.before, { state: 'pending', ...known }) }, value.status);
  return { work: one.work, item: syncItemOf(run, one.work, one.before, { state: 'pending', ...known }), stays: true };
};

/** Leads quotes one step on. A lost answer does no harm: the same step is asked for again, and finds itself done. */
const lead = async (run: Run, batch: readonly ReadyQuote[]): Promise<void> => {
  await giveWay(run);
  const documents = batch.map(({ document }) => document);
  const outcomes = await changeQuotes(run.books, documents, run.world.newId('push'));
  const pairs = batch.map((one, place) => ({ one, outcome: outcomes[place] as Outcome<XeroQuote> }));
  const refused = pairs.filter(({ outcome }) => !outcome.ok).map(({ one }) => one.quote.number);
  const standing = refused.length === 0 ? [] : await findQuotesByNumber(run.books, refused);
  const settled = pairs.map(({ one, outcome }) => {
    const there = standing.find(({ quoteId }) => quoteId === one.before?.xeroId);
    // Its state turned out to be another than we knew: from there it goes on, or not.
    const moved = !outcome.ok && there && there.status !== one.before?.xeroStatus;
    return settledQuote(run, one, moved ? { ok: true, value: there } : outcome);
  });
  await settle(run, settled, { closing: false });
};
