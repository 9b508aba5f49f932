import type { Caller } from '../../shared/api/call.ts';
import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import type { Table } from '../../shared/store/table.ts';
import { billQuote } from './bill-quote.ts';
import { makeInvoice, planFromTime, type InvoicePlan, type OnceMade } from './make-invoice.ts';
import { newHead, readTerms } from './plan-invoice.ts';
import { freeLines, servicesOf } from './plan-lines.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/**
 * Makes an invoice from unbilled time, from free lines or from a quote: all of its entries or none, issued under the next number, or
 * kept as a draft.
 */
export const createInvoice =
  (needs: Needs) =>
  async ({ caller, body, once }: InvoiceCall<'createInvoice'>): Promise<Reply> => {
    if ('quoteId' in body) return fromQuote(needs, caller, body, once);
    const plan =
      'lines' in body
        ? await fromLines(needs, caller, body, once)
        : await planFromTime(needs)(caller.workspaceId, { ...body, once });
    const reply = await makeInvoice(needs)(caller, plan, asAnswered(needs, once));
    // The bell only saves waiting: what is due stands in the table, and the sweep rings for it within a minute.
    if (plan.terms.toXero && !plan.draft) await needs.ring([caller.workspaceId]).catch(() => undefined);
    return reply;
  };

type Body = InvoiceCall<'createInvoice'>['body'];

/** A request counts once by its record. */
const asAnswered = ({ table }: Needs, once: Once | undefined): OnceMade => ({
  begin: (invoiceId) => claim(table)(once, invoiceId),
  made: (head, reply) => [answered(once, reply, head.id)],
});

const fromQuote = async (
  needs: Needs,
  caller: Caller,
  body: Extract<Body, { quoteId: string }>,
  once: Once | undefined,
): Promise<Reply> => {
  const { reply, toXero } = await needs.retry(() => billQuote(needs)(caller, body, once));
  if (toXero) await needs.ring([caller.workspaceId]).catch(() => undefined);
  return reply;
};

const fromLines = async (
  { table, now, newId }: Needs,
  caller: Caller,
  body: Extract<Body, { lines: unknown }>,
  once: Once | undefined,
): Promise<InvoicePlan> => {
  const terms = await readTerms({ table, now })(caller.workspaceId, { ...body, serviceIds: servicesOf(body.lines), once });
  const lines = freeLines(terms, body.lines, newId);
  const head = newHead(terms, { id: newId('inv'), lines, source: 'lines', notes: body.notes ?? '', now: now() });
  return { terms, lines, entries: [], head, draft: body.draft ?? false };
};
