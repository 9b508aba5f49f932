import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { withdrawQuote as withdrawn } from '../../shared/domain/quote.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { replaceQuote } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { readShown } from './read-quote.ts';
import { mustReachXero, quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Takes a sent quote back for finance: its page says so, and nobody can accept it any more. */
export const withdrawQuote =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, params, ifMatch, once }: QuoteCall<'withdrawQuote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { quote } = await readShown(table)(ws, params.id);
    const { head } = quote;
    requireVersion(ifMatch, head.version);
    const at = now();
    const after = withdrawn(head, at);
    const isDone = after.status === head.status;
    const shown = isDone ? head : { ...after, version: head.version + 1 };
    // That it is taken out of the books waits from now on; a repetition is answered the same.
    const body = quoteView({ ...quote, head: shown }, syncView(undefined, mustReachXero(shown)), at);
    const reply: Reply = { status: 200, etag: String(shown.version), body };
    const text = `Quote ${head.number} was withdrawn`;
    const work = { lane: 'documents', kind: 'quote', documentId: head.id } as const;
    const changes = [
      replaceQuote(ws, after),
      ...(head.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-withdrawn', about: head.id, text }),
    ];
    await table.commit([...(isDone ? [] : changes), answered(once, reply, `${head.id}.${shown.version}`)]);
    if (head.toXero && !isDone) await ring([ws]).catch(() => undefined);
    return reply;
  };
