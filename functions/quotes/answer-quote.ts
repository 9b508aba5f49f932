import { Conflict } from '../../shared/domain/conflict.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { acceptQuote, declineQuote, invoiceQuote, isSameAnswer, type QuoteAnswer } from '../../shared/domain/quote.ts';
import { audited } from '../../shared/store/audit.ts';
import type { Found } from '../../shared/store/found.ts';
import { notified } from '../../shared/store/notifications.ts';
import { answerQuote, quoteIn, sentQuoteKeys, type WholeQuote } from '../../shared/store/quotes.ts';
import type { Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { invoiceContextKeys, invoiceOfQuote } from '../invoices/invoice-of-quote.ts';

// Flow: a quote is answered, by its client through the link or by the accountant in Xero. One read, one transaction.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

export interface Answering extends Pick<QuoteAnswer, 'kind' | 'name' | 'termsHash' | 'by'> {
  readonly ws: string;
  readonly quoteId: string;
  /** Refuses a quote that the caller may not answer; undefined for one that isn't there. */
  readonly allow: (quote: WholeQuote | undefined) => WholeQuote;
  /** What is written along with the answer. */
  readonly also: (now: Instant) => readonly Write[];
}

export interface Answered {
  readonly quote: WholeQuote;
  readonly now: Instant;
  /** Whether something has to reach Xero. */
  readonly toXero: boolean;
  /** False when the quote had this very answer already: nothing was written. */
  readonly changed: boolean;
}

/**
 * Accepts or declines a quote. With the acceptance comes its invoice, in the same commit: with the tax that was locked when the quote
 * was sent, under the next number. The quote must still be open when the commit goes through, by this clock.
 */
export const answerWith =
  ({ table, now, newId, retry }: Needs) =>
  async (answering: Answering): Promise<Answered> => {
    const { ws, quoteId, allow, also, ...said } = answering;
    const found = await table.batchGet([...sentQuoteKeys(ws, quoteId), ...invoiceContextKeys(ws)]);
    const quote = allow(quoteIn(found, ws, quoteId));
    const at = now();
    const { head } = quote;
    if (isSameAnswer(head, said)) return { quote, now: at, toXero: false, changed: false };
    const answer: QuoteAnswer = { ...said, at, zone: head.zone ?? 'UTC' };
    const work = { lane: 'documents', kind: 'quote', documentId: head.id } as const;
    const tell = told(ws, quote, answer, newId);
    const common = [...(head.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []), ...also(at)];
    if (said.kind === 'declined') {
      const declined = declineQuote(head, answer);
      await table.commit([answerQuote(ws, declined, at), ...tell(''), ...common]);
      return after(quote, declined, at, head.toXero);
    }
    const accepted = acceptQuote(head, answer);
    let context: Found | undefined = found;
    // Only the number is fought over: when another invoice took it, the next one is read, and nothing else is done again.
    return onceUnlessBusy(retry, async () => {
      const made = invoiceOfQuote(ws, quote, context ?? (await table.batchGet(invoiceContextKeys(ws))), {
        ...{ id: newId('inv'), now: at, newId },
      });
      context = undefined;
      const invoiced = invoiceQuote(accepted, made.head.id);
      const text = `; invoice ${made.head.number} over ${moneyText(made.head.total)} was issued`;
      await table.commit([answerQuote(ws, invoiced, now()), ...made.writes, ...tell(text), ...common]);
      return after(quote, invoiced, at, head.toXero || made.head.toXero);
    });
  };

/** What changed meanwhile has to be read again from the start: that is not for here. */
const onceUnlessBusy = async <T>(retry: Needs['retry'], run: () => Promise<T>): Promise<T> => {
  const done = await retry(() =>
    run().catch((error: unknown) => {
      if (error instanceof Conflict) return error;
      throw error;
    }),
  );
  if (done instanceof Conflict) throw done;
  return done;
};

const after = (quote: WholeQuote, head: WholeQuote['head'], now: Instant, toXero: boolean): Answered => ({
  quote: { ...quote, head: { ...head, version: head.version + 1 } },
  now,
  toXero,
  changed: true,
});

/** Notes it in the audit trail, and tells those who look after money. */
const told =
  (ws: string, { head }: WholeQuote, { kind, name, at, by }: QuoteAnswer, newId: (prefix: string) => string) =>
  (consequence: string): Write[] => {
    const where = by === 'xero' ? ' in Xero' : '';
    const text = `Quote ${head.number} was ${kind} by ${name}${where}${consequence}`;
    const what = `quote-${kind}`;
    const mend = kind === 'accepted' ? 'Nothing is left to do.' : 'Revise the quote to make another offer.';
    return [
      audited(ws, { id: newId('aud'), at, who: null, what, about: head.id, text }),
      notified(ws, { id: newId('ntf'), cause: `${what}#${head.id}`, text, mend, about: head.id, at }),
    ];
  };
