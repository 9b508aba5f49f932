import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { lineTotals } from '../../shared/domain/invoice-lines.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { addQuote, quoteLines } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { freeLines, servicesOf } from '../invoices/plan-lines.ts';
import { newDraft, readPlan, wordsOf } from './plan-quote.ts';
import { quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Drafts a quote for finance: lines with quantity and price for a client, with the tax that would hold today. */
export const createQuote =
  ({ table, now, newId }: Needs) =>
  async ({ caller, body, once }: QuoteCall<'createQuote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const plan = await readPlan({ table, now })(ws, { ...body, serviceIds: servicesOf(body.lines) });
    const lines = freeLines({ ...plan, pricesIncludeTax: body.pricesIncludeTax ?? false }, body.lines, newId);
    const sums = lineTotals(plan.currency, lines);
    const at = now();
    const head = newDraft(plan, { id: newId('quo'), validUntil: body.validUntil ?? null, createdAt: at, lines, ...sums });
    const words = wordsOf(plan, { title: body.title ?? '', notes: body.notes ?? '' });
    const view = quoteView({ head, lines, words }, syncView(undefined, false), at);
    const reply: Reply = { status: 201, etag: String(head.version), body: view };
    const text = `A quote for ${plan.client.name} was drafted`;
    await table.commit([
      addQuote(ws, head),
      ...quoteLines(ws, head.id, head.linesEpoch, lines, words),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-drafted', about: head.id, text }),
      answered(once, reply, head.id),
    ]);
    return reply;
  };
