import type { Instant } from '../../shared/domain/days.ts';
import { pricesIncludeTax } from '../../shared/domain/invoice-lines.ts';
import { quoteStatusWanted } from '../../shared/domain/quote-in-xero.ts';
import { quoteStatusAt, type QuoteAnswer } from '../../shared/domain/quote.ts';
import type { QuoteHead, WholeQuote } from '../../shared/store/quotes.ts';
import { syncView, syncViewOfOver, type SyncView } from '../../shared/store/sync-items.ts';
import type { Item } from '../../shared/store/write.ts';

const said = (answer: QuoteAnswer | null, kind: QuoteAnswer['kind']) =>
  answer?.kind === kind ? { by: answer.name, at: answer.at } : { by: null, at: null };

const shown = (head: QuoteHead, now: Instant) => {
  const { number, currency, subtotal, tax, total, validUntil, sentAt, answer } = head;
  const [yes, no] = [said(answer, 'accepted'), said(answer, 'declined')];
  return {
    number,
    version: head.edition,
    status: quoteStatusAt(head, now),
    currency,
    subtotal,
    tax,
    total,
    validUntil,
    sentAt,
    acceptedBy: yes.by,
    acceptedAt: yes.at,
    declinedBy: no.by,
    declinedAt: no.at,
  };
};

/** Whether a quote has to get to Xero as it stands. */
export const mustReachXero = ({ toXero, status }: QuoteHead): boolean => toXero && status !== 'draft';

/** How a quote stands on its way to Xero. */
export const quoteSync = (head: QuoteHead, item: Item | undefined): SyncView =>
  quoteStatusWanted(head.status) === 'DELETED' ? syncViewOfOver(item) : syncView(item, mustReachXero(head));

/** A quote in a list. */
export const quoteHeadView = (head: QuoteHead, sync: SyncView, now: Instant) => ({
  id: head.id,
  ...shown(head, now),
  clientId: head.clientId,
  jobId: head.jobId,
  invoiceId: head.invoiceId,
  supersedes: head.supersedes,
  supersededBy: head.supersededBy,
  shared: head.linkHash !== null,
  createdAt: head.createdAt,
  sync,
});

/** A quote as the workspace sees it. */
export const quoteView = ({ head, lines, words }: WholeQuote, sync: SyncView, now: Instant) => ({
  ...quoteHeadView(head, sync, now),
  title: words.title,
  notes: words.notes,
  pricesIncludeTax: pricesIncludeTax(lines),
  lines,
  termsHash: head.termsHash,
  answer: head.answer && { ...receiptOf(head.answer), by: head.answer.by },
  supplier: words.supplier,
  client: words.client,
});

/** A quote as its client sees it: nothing of the workspace's own. `invoiceUrl` leads to the invoice that it became, where they may see it. */
export const publicQuoteView = ({ head, lines, words }: WholeQuote, now: Instant, invoiceUrl: string | null) => ({
  ...shown(head, now),
  title: words.title,
  notes: words.notes,
  pricesIncludeTax: pricesIncludeTax(lines),
  lines: lines.map(({ description, quantity, unit, unitPrice, amount, tax }) => ({
    ...{ description, quantity, unit, unitPrice, amount, tax },
  })),
  termsHash: head.termsHash ?? '',
  zone: head.zone ?? 'UTC',
  answer: head.answer && receiptOf(head.answer),
  invoiceUrl,
  supplier: words.supplier,
  client: words.client,
});

/** In one order, so that a repeated request is answered the same to the byte. */
const receiptOf = ({ kind, name, at, zone, termsHash }: QuoteAnswer) => ({ kind, name, at, zone, termsHash });
