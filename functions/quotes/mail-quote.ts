import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { requireOpen } from '../../shared/domain/quote.ts';
import { audited } from '../../shared/store/audit.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { quoteAsRead } from '../../shared/store/quotes.ts';
import { parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { addressFor, letterWrites, requireMail } from '../documents/write-letter.ts';
import { readShown } from './read-quote.ts';
import { quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Whether this stage sends mail at all. */
  readonly mailIsOn: boolean;
}

/** Mails a quote that waits for its answer to the client for finance, as often as they ask: each mail has a link of its own. */
export const mailQuote =
  ({ table, now, newId, mailIsOn }: Needs) =>
  async ({ caller, params, body, once }: QuoteCall<'mailQuote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    requireMail(mailIsOn);
    const [{ quote, sync }, links] = await Promise.all([
      readShown(table)(ws, params.id),
      table.get(shareLinksKey(ws, params.id)),
    ]);
    const { head } = quote;
    const at = now();
    requireOpen(head, at);
    const client = await table.get(clientKey(ws, head.clientId));
    const to = addressFor(body, client && parseClient(client));
    const reply: Reply = { status: 200, etag: String(head.version), body: quoteView(quote, sync, at) };
    const text = `Quote ${head.number} was mailed to ${to}`;
    const letter = { id: newId('let'), quoteId: head.id, to, message: body.message ?? '', by: caller.memberId, at };
    await table.commit([
      quoteAsRead(ws, head),
      ...letterWrites(ws, letter, links && parseShareLinks(links)),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-mailed', about: head.id, text }),
      answered(once, reply),
    ]);
    return reply;
  };
