import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { parseQuote, quoteKey, replaceQuote } from '../../shared/store/quotes.ts';
import { linksRevoked, parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { newLink, type LinkNeeds } from './new-link.ts';

interface Needs extends LinkNeeds {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Makes a new link to a sent quote for finance; every one before it, those in mails too, leads nowhere from then on. */
export const shareQuote =
  (needs: Needs) =>
  async ({ caller, params, once }: QuoteCall<'shareQuote'>): Promise<Reply> => {
    const { table, now, newId } = needs;
    const ws = caller.workspaceId;
    const found = await table.batchGet([quoteKey(ws, params.id), shareLinksKey(ws, params.id)]);
    const head = mustBeAt(found, quoteKey(ws, params.id), parseQuote);
    if (head.status === 'draft') return refuse('quote-not-sent', 'A quote has a link once it is sent', { quoteStatus: 'draft' });
    const { link, hash, ref } = newLink(needs, ws, head, once);
    const reply: Reply = { status: 201, body: link };
    const text = `A new link to quote ${head.number} was made`;
    await table.commit([
      replaceQuote(ws, { ...head, linkHash: hash }),
      linksRevoked(ws, head.id, foundAt(found, shareLinksKey(ws, head.id), parseShareLinks)),
      audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'quote-shared', about: head.id, text }),
      answered(once, reply, ref),
    ]);
    return reply;
  };
