import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustExist } from '../../shared/store/found.ts';
import { parseQuote, quoteKey, replaceQuote } from '../../shared/store/quotes.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Revokes the link of a quote for finance, at once. A quote without a link is as wanted already. */
export const revokeQuoteLink =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, ifMatch }: QuoteCall<'revokeQuoteLink'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const item = await table.get(quoteKey(ws, params.id));
    const head = mustExist(item && parseQuote(item));
    requireVersion(ifMatch, head.version);
    const text = `The link to quote ${head.number} was revoked`;
    if (head.linkHash !== null)
      await table.commit([
        replaceQuote(ws, { ...head, linkHash: null }),
        audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'quote-link-revoked', about: head.id, text }),
      ]);
    return { status: 204 };
  };
