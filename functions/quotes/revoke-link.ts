import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { parseQuote, quoteKey, replaceQuote } from '../../shared/store/quotes.ts';
import { linksRevoked, parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Revokes every link to a quote for finance, at once: also those that letters on their way would still have made. */
export const revokeQuoteLink =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, ifMatch }: QuoteCall<'revokeQuoteLink'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const found = await table.batchGet([quoteKey(ws, params.id), shareLinksKey(ws, params.id)]);
    const head = mustBeAt(found, quoteKey(ws, params.id), parseQuote);
    requireVersion(ifMatch, head.version);
    const text = `All links to quote ${head.number} were revoked`;
    // A draft has none, and nothing of it is on its way.
    if (head.status !== 'draft')
      await table.commit([
        replaceQuote(ws, { ...head, linkHash: null }),
        linksRevoked(ws, head.id, foundAt(found, shareLinksKey(ws, head.id), parseShareLinks)),
        audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'quote-link-revoked', about: head.id, text }),
      ]);
    return { status: 204 };
  };
