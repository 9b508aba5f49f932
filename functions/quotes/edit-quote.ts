import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { lineTotals, pricesIncludeTax, retax } from '../../shared/domain/invoice-lines.ts';
import { stepFor } from '../../shared/domain/money.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { editQuote as edited, requireDraft } from '../../shared/domain/quote.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { quoteLines, replaceQuote } from '../../shared/store/quotes.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { freeLines, servicesOf } from '../invoices/plan-lines.ts';
import { readPlan, wordsOf } from './plan-quote.ts';
import { readShown } from './read-quote.ts';
import { quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
}

/** Changes a draft for finance: its lines, words or last day. What was sent stays as it is. */
export const editQuote =
  ({ table, now, newId }: Needs) =>
  async ({ caller, params, body, ifMatch }: QuoteCall<'updateQuote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { quote, sync } = await readShown(table)(ws, params.id);
    const { head } = quote;
    requireVersion(ifMatch, head.version);
    requireDraft(head);
    if (body.pricesIncludeTax !== undefined && !body.lines)
      return refuseFields({ path: 'pricesIncludeTax', message: 'changes prices: give the lines along with it' });
    const { clientId, jobId } = head;
    const read = await readPlan({ table, now })(ws, { clientId, jobId, serviceIds: servicesOf(body.lines ?? []) });
    // Its currency stays, whatever the client is billed in by now.
    const plan = { ...read, currency: head.currency, step: stepFor(head.currency, { connectedToXero: read.toXero }) };
    const withTax = body.pricesIncludeTax ?? pricesIncludeTax(quote.lines);
    const lines = body.lines
      ? freeLines({ ...plan, pricesIncludeTax: withTax }, body.lines, newId)
      : quote.lines.map((line) => retax(line, plan.taxRule));
    const { validUntil = head.validUntil, title = quote.words.title, notes = quote.words.notes } = body;
    const words = wordsOf(plan, { title, notes });
    const sums = lineTotals(head.currency, lines);
    const draft = edited(head, { validUntil, ...sums, lineCount: lines.length, linesEpoch: head.linesEpoch + 1 });
    const at = now();
    const text = `The draft of a quote for ${plan.client.name} was changed`;
    await table.commit([
      replaceQuote(ws, draft),
      ...quoteLines(ws, head.id, draft.linesEpoch, lines, words),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'quote-edited', about: head.id, text }),
    ]);
    const after = { ...draft, version: head.version + 1 };
    return { status: 200, etag: String(after.version), body: quoteView({ head: after, lines, words }, sync, at) };
  };
