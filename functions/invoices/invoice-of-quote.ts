import { consecutiveIds } from '../../shared/domain/consecutive-ids.ts';
import { addDays, dateIn, type DateText, type Instant } from '../../shared/domain/days.ts';
import type { Line } from '../../shared/domain/invoice-lines.ts';
import { zero } from '../../shared/domain/money.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { keepsBooksInXero, lockDateOf } from '../../shared/store/books.ts';
import type { Found } from '../../shared/store/found.ts';
import { addInvoice, newLines, type InvoiceHead, type Parties } from '../../shared/store/invoices.ts';
import { keys } from '../../shared/store/keys.ts';
import { seriesKey, seriesOr } from '../../shared/store/number-series.ts';
import type { WholeQuote } from '../../shared/store/quotes.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Key, Write } from '../../shared/store/write.ts';
import { issued } from './issue-writes.ts';

/** What has to be read besides the quote. */
export const invoiceContextKeys = (ws: string): Key[] => [seriesKey(ws, 'invoice'), keys.xeroConnection(ws)];

export interface QuotedInvoice {
  readonly head: InvoiceHead;
  readonly lines: readonly Line[];
  readonly parties: Parties;
  readonly writes: readonly Write[];
}

interface Asked {
  readonly id: string;
  readonly now: Instant;
  readonly newId: (prefix: string) => string;
  readonly issueDate?: DateText | undefined;
  readonly dueDate?: DateText | undefined;
  readonly notes?: string | undefined;
}

/**
 * The issued invoice of a quote that was sent: its lines with the tax that was locked on them, its parties, its payment terms. All that
 * is written besides the quote itself, for one commit. Refuses a date in a period for which the books are closed (`locked-period`);
 * where nobody named a date it is today, or the first open day.
 */
export const invoiceOfQuote = (
  ws: string,
  { head: quote, lines, words }: WholeQuote,
  found: Found,
  asked: Asked,
): QuotedInvoice => {
  const { id, now, newId } = asked;
  const books = found.get(keyText(keys.xeroConnection(ws)));
  const series = seriesOr(found.get(keyText(seriesKey(ws, 'invoice'))), 'invoice');
  const issueDate = dateFor(asked, dateIn(quote.zone ?? 'UTC', now), lockDateOf(books));
  const dueDate = asked.dueDate ?? addDays(issueDate, quote.termsDays ?? 0);
  const parties = { supplier: words.supplier, client: words.client };
  const nextId = consecutiveIds(newId('lin'));
  const own = lines.map((line) => ({ ...line, id: nextId() }));
  const head: InvoiceHead = {
    id,
    version: 1,
    status: 'collecting',
    epoch: 1,
    linesEpoch: 1,
    lineCount: own.length,
    clientId: quote.clientId,
    jobId: quote.jobId,
    quoteId: quote.id,
    currency: quote.currency,
    source: 'lines',
    number: null,
    issueDate,
    dueDate,
    notes: asked.notes ?? `Quote ${quote.number}`,
    subtotal: quote.subtotal,
    tax: quote.tax,
    total: quote.total,
    paid: zero(quote.currency),
    sentAt: null,
    toXero: false,
    freeing: false,
    createdAt: now,
  };
  const done = issued(ws, head, { series, issueDate, dueDate, toXero: keepsBooksInXero(books) }, now);
  return {
    head: done.head,
    lines: own,
    parties,
    writes: [addInvoice(ws, done.head), ...newLines(ws, id, head.linesEpoch, own, parties), ...done.writes],
  };
};

const dateFor = ({ issueDate }: Asked, today: DateText, lockDate: DateText | undefined): DateText => {
  const firstOpenDate = lockDate === undefined ? undefined : addDays(lockDate, 1);
  if (firstOpenDate === undefined || (issueDate ?? today) >= firstOpenDate) return issueDate ?? today;
  if (issueDate === undefined) return firstOpenDate;
  return refuse('locked-period', `The books are closed up to ${lockDate}: the invoice can be dated from ${firstOpenDate} on`, {
    firstOpenDate,
  });
};
