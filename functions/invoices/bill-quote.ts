import type { Caller } from '../../shared/api/call.ts';
import type { InvoiceCall } from '../../shared/api/invoices.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { invoiceByHand } from '../../shared/domain/quote.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt, mustExist } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { memberKey, parseMember } from '../../shared/store/members.ts';
import { parseQuote, quoteIn, quoteKey, replaceQuote, sentQuoteKeys } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { invoiceContextKeys, invoiceOfQuote } from './invoice-of-quote.ts';
import { invoiceView } from './views.ts';

// Flow: the invoice that somebody makes by hand from the terms of a quote, also of one that has expired.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

type Asked = Extract<InvoiceCall<'createInvoice'>['body'], { quoteId: string }>;

/** Makes and issues it in one commit with the quote, which can't be accepted any more after that. */
export const billQuote =
  ({ table, now, newId }: Needs) =>
  async (
    { workspaceId: ws, memberId }: Caller,
    asked: Asked,
    once: Once | undefined,
  ): Promise<{ reply: Reply; toXero: boolean }> => {
    const found = await table.batchGet([...sentQuoteKeys(ws, asked.quoteId), ...invoiceContextKeys(ws), memberKey(ws, memberId)]);
    const { status } = mustBeAt(found, quoteKey(ws, asked.quoteId), parseQuote);
    if (status === 'draft') return refuse('quote-not-sent', 'The quote was not sent yet', { quoteStatus: status });
    const quote = mustExist(quoteIn(found, ws, asked.quoteId));
    const at = now();
    const name = foundAt(found, memberKey(ws, memberId), parseMember)?.name ?? '';
    const id = newId('inv');
    const answer = { kind: 'accepted', name, at, zone: quote.head.zone ?? 'UTC', termsHash: null, by: 'member' } as const;
    const after = invoiceByHand(quote.head, answer, id);
    const made = invoiceOfQuote(ws, quote, found, { ...asked, id, now: at, newId });
    const { head } = made;
    const sync = syncView(undefined, head.toXero);
    const body = invoiceView({ head, lines: made.lines, parties: made.parties }, sync, dateIn('UTC', at));
    const reply: Reply = { status: 201, etag: String(head.version), body };
    const work = { lane: 'documents', kind: 'quote', documentId: quote.head.id } as const;
    const text = `Invoice ${head.number} over ${moneyText(head.total)} was made from quote ${quote.head.number}`;
    await table.commit([
      replaceQuote(ws, after),
      ...made.writes,
      ...(quote.head.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      audited(ws, { id: newId('aud'), at, who: memberId, what: 'invoice-issued', about: id, text }),
      answered(once, reply, id),
    ]);
    return { reply, toXero: head.toXero };
  };
