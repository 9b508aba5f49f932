import type { Caller } from '../../shared/api/call.ts';
import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { keepAsDraft } from '../../shared/domain/invoice.ts';
import type { Line } from '../../shared/domain/invoice-lines.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered, claim } from '../../shared/store/idempotency.ts';
import { addInvoice, newLines, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { readSeries, type StoredSeries } from '../../shared/store/number-series.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { taken, type TimeEntry } from '../../shared/store/time-entries.ts';
import type { Write } from '../../shared/store/write.ts';
import { billQuote } from './bill-quote.ts';
import { abandonCollection } from './free-entries.ts';
import { gatherEntries } from './gather-entries.ts';
import { issueWrites } from './issue-writes.ts';
import { fingerprint, jobOf, newHead, partiesOf, readTerms, type InvoiceTerms } from './plan-invoice.ts';
import { freeLines, servicesOf, timeLines } from './plan-lines.ts';
import { entriesPerTransactionMax, takeEntries } from './take-entries.ts';
import { invoiceView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

interface Plan {
  readonly terms: InvoiceTerms;
  readonly lines: readonly Line[];
  readonly entries: readonly TimeEntry[];
  readonly head: InvoiceHead;
  readonly draft: boolean;
}

/**
 * Makes an invoice from unbilled time, from free lines or from a quote: all of its entries or none, issued under the next number, or
 * kept as a draft.
 */
export const createInvoice =
  (needs: Needs) =>
  async ({ caller, body, once }: InvoiceCall<'createInvoice'>): Promise<Reply> => {
    if ('quoteId' in body) return fromQuote(needs, caller, body, once);
    const plan = 'lines' in body ? await fromLines(needs, caller, body, once) : await fromTime(needs, caller, body, once);
    const reply =
      plan.entries.length > entriesPerTransactionMax
        ? await inChunks(needs, caller, once, plan)
        : await atOnce(needs, caller, once, plan);
    // The bell only saves waiting: what is due stands in the table, and the sweep rings for it within a minute.
    if (plan.terms.toXero && !plan.draft) await needs.ring([caller.workspaceId]).catch(() => undefined);
    return reply;
  };

type Body = InvoiceCall<'createInvoice'>['body'];

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

const fromTime = async (
  { table, now, newId }: Needs,
  caller: Caller,
  body: Exclude<Body, { lines: unknown } | { quoteId: string }>,
  once: Once | undefined,
): Promise<Plan> => {
  const ws = caller.workspaceId;
  const terms = await readTerms({ table, now })(ws, { ...body, once });
  // Its entries must be free again before anybody counts what there is to bill.
  if (terms.unfinished !== undefined) await abandonCollection({ table })(ws, terms.unfinished);
  const { entries } = await gatherEntries({ table })(ws, jobOf(terms), body);
  const lines = timeLines(terms, entries, body.groupBy, newId);
  const expect = fingerprint(terms, lines);
  if (body.expect !== undefined && body.expect !== expect)
    return refuse('preview-changed', 'The time or its terms changed since the preview; look at it again', { expect });
  const head = newHead(terms, { id: newId('inv'), lines, source: 'time', notes: body.notes ?? '', now: now() });
  return { terms, lines, entries, head, draft: body.draft ?? false };
};

const fromLines = async (
  { table, now, newId }: Needs,
  caller: Caller,
  body: Extract<Body, { lines: unknown }>,
  once: Once | undefined,
): Promise<Plan> => {
  const terms = await readTerms({ table, now })(caller.workspaceId, { ...body, serviceIds: servicesOf(body.lines), once });
  const lines = freeLines(terms, body.lines, newId);
  const head = newHead(terms, { id: newId('inv'), lines, source: 'lines', notes: body.notes ?? '', now: now() });
  return { terms, lines, entries: [], head, draft: body.draft ?? false };
};

/** The head as it ends up, with what is written along with it. */
const finished = (
  { terms, head, draft }: Plan,
  { now, newId }: Needs,
  by: Caller,
): { head: InvoiceHead; writes: readonly Write[] } => {
  if (!draft) return issueWrites(head, terms, { by, now: now(), newId });
  const text = `A draft for ${terms.client.name} was made`;
  return {
    head: keepAsDraft(head),
    writes: [
      audited(by.workspaceId, { id: newId('aud'), at: now(), who: by.memberId, what: 'invoice-drafted', about: head.id, text }),
    ],
  };
};

const replyFor = ({ terms, lines }: Plan, head: InvoiceHead): Reply => {
  const sync = syncView(undefined, terms.toXero && head.status !== 'draft');
  return {
    status: 201,
    etag: String(head.version),
    body: invoiceView({ head, lines, parties: partiesOf(terms) }, sync, head.createdAt.slice(0, 10)),
  };
};

/** Only the number is fought over: when another invoice took it, the next one is read, right before it is tried; nothing else is done again. */
const issueUnderNextNumber = async (
  needs: Needs,
  caller: Caller,
  plan: Plan,
  commit: (head: InvoiceHead, writes: readonly Write[]) => Promise<Reply>,
): Promise<Reply> => {
  let series: StoredSeries | undefined = plan.terms.series;
  return needs.retry(async () => {
    series ??= await readSeries(needs.table)(caller.workspaceId, 'invoice');
    const terms = { ...plan.terms, series };
    series = undefined;
    const { head, writes } = finished({ ...plan, terms }, needs, caller);
    return commit(head, writes);
  });
};

const atOnce = (needs: Needs, caller: Caller, once: Once | undefined, plan: Plan): Promise<Reply> => {
  const ws = caller.workspaceId;
  const parties = partiesOf(plan.terms);
  return issueUnderNextNumber(needs, caller, plan, async (head, writes) => {
    const reply = replyFor(plan, head);
    await needs.table.commit([
      ...plan.entries.map((entry) => taken(ws, entry, head.id)),
      addInvoice(ws, head),
      ...newLines(ws, head.id, head.linesEpoch, plan.lines, parties),
      ...writes,
      answered(once, reply, head.id),
    ]);
    return reply;
  });
};

/** More entries than one transaction takes. Whatever fails on the way, nothing stays held. */
const inChunks = async (needs: Needs, caller: Caller, once: Once | undefined, plan: Plan): Promise<Reply> => {
  const ws = caller.workspaceId;
  const { table } = needs;
  await claim(table)(once, plan.head.id);
  try {
    await takeEntries({ table })(ws, plan.head, plan.lines, partiesOf(plan.terms), plan.entries);
    return await issueUnderNextNumber(needs, caller, plan, async (head, writes) => {
      const reply = replyFor(plan, { ...head, version: head.version + 1 });
      await table.commit([replaceInvoice(ws, head), ...writes, answered(once, reply, head.id)]);
      return reply;
    });
  } catch (error) {
    await abandonCollection({ table })(ws, plan.head.id);
    throw error;
  }
};
