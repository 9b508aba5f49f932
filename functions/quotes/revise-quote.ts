import type { QuoteCall } from '../../shared/api/quotes.ts';
import { consecutiveIds } from '../../shared/domain/consecutive-ids.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { supersedeQuote } from '../../shared/domain/quote.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { addQuote, quoteLines, replaceQuote, type QuoteHead } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { readShown } from './read-quote.ts';
import { quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Drafts the next version of a quote for finance, under the same number. From that moment nobody can accept the one before it. */
export const reviseQuote =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, params, ifMatch, once }: QuoteCall<'reviseQuote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { quote } = await readShown(table)(ws, params.id);
    const { head: old, lines, words } = quote;
    requireVersion(ifMatch, old.version);
    const at = now();
    const head = nextDraft(old, newId('quo'), at);
    const superseded = { ...supersedeQuote(old, at), supersededBy: head.id };
    const nextId = consecutiveIds(newId('lin'));
    const own = lines.map((line) => ({ ...line, id: nextId() }));
    const view = quoteView({ head, lines: own, words }, syncView(undefined, false), at);
    const reply: Reply = { status: 201, etag: String(head.version), body: view };
    const text = `Quote ${old.number} is being revised: its version ${old.edition} can no longer be accepted`;
    const work = { lane: 'documents', kind: 'quote', documentId: old.id } as const;
    await table.commit([
      replaceQuote(ws, superseded),
      addQuote(ws, head),
      ...quoteLines(ws, head.id, head.linesEpoch, own, words),
      ...(old.toXero ? [waits(ws, { ...work, version: Date.parse(at), dueAt: at, since: at })] : []),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-revised', about: old.id, text }),
      answered(once, reply, head.id),
    ]);
    if (old.toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };

/** The next version: what it says is the same so far, and nobody has seen it. A last day that was named for the old one is named anew. */
const nextDraft = (old: QuoteHead, id: string, now: Instant): QuoteHead => ({
  ...old,
  id,
  version: 1,
  status: 'draft',
  edition: old.edition + 1,
  validUntil: (old.endsAt ?? '') > now ? old.validUntil : null,
  linesEpoch: 1,
  createdAt: now,
  sentAt: null,
  endsAt: null,
  zone: null,
  termsDays: null,
  termsHash: null,
  linkHash: null,
  answer: null,
  invoiceId: null,
  supersedes: old.id,
  supersededBy: null,
});
