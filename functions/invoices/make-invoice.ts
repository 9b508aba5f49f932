import type { Instant } from '../../shared/domain/days.ts';
import { keepAsDraft } from '../../shared/domain/invoice.ts';
import type { GroupBy, Line } from '../../shared/domain/invoice-lines.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { expenseTaken, type Expense } from '../../shared/store/expenses.ts';
import { addInvoice, newLines, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { readSeries, type StoredSeries } from '../../shared/store/number-series.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { taken, type TimeEntry } from '../../shared/store/time-entries.ts';
import type { Write } from '../../shared/store/write.ts';
import { abandonCollection } from './free-entries.ts';
import { gatherEntries, type EntryChoice } from './gather-entries.ts';
import { issueWrites } from './issue-writes.ts';
import { addBills, billIds, mirrorBills, newBillsWait, noBills, type Mirrored } from './mirror-bills.ts';
import { fingerprint, jobOf, newHead, partiesOf, readTerms, type InvoiceTerms, type TermsAsked } from './plan-invoice.ts';
import { timeLines } from './plan-lines.ts';
import { entriesPerTransactionMax, takeEntries } from './take-entries.ts';
import { invoiceView } from './views.ts';

// Flow: makes what was planned, in one commit or in chunks, for whoever asks: a person, or a schedule.

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Runs again what lost a race over the number series. */
  readonly retry: <T>(run: () => Promise<T>) => Promise<T>;
}

/** Who has it made; no member where the system does so by itself. */
export interface By {
  readonly workspaceId: string;
  readonly memberId: string | null;
}

export interface InvoicePlan {
  readonly terms: InvoiceTerms;
  readonly lines: readonly Line[];
  readonly entries: readonly TimeEntry[];
  readonly expenses?: readonly Expense[];
  readonly head: InvoiceHead;
  readonly draft: boolean;
  /** None on a draft: they are made when it is issued. */
  readonly mirrored?: Mirrored;
}

/** What makes sure that the same is made once: it is written with the commit that makes it. */
export interface OnceMade {
  /** Says which document is being made, before work that is more than one commit. */
  readonly begin: (invoiceId: string) => Promise<void>;
  readonly made: (head: InvoiceHead, reply: Reply) => readonly (Write | undefined)[];
}

export interface TimeAsked extends TermsAsked, EntryChoice {
  readonly groupBy: GroupBy;
  readonly notes?: string | undefined;
  readonly draft?: boolean | undefined;
  /** What a preview has shown. */
  readonly expect?: string | undefined;
}

/** What an invoice from time would be. Refuses `preview-changed` where it is not what the preview has shown. */
export const planFromTime =
  ({ table, now, newId }: Omit<Needs, 'retry'>) =>
  async (ws: string, asked: TimeAsked): Promise<InvoicePlan> => {
    const terms = await readTerms({ table, now })(ws, asked);
    // Its entries must be free again before anybody counts what there is to bill.
    if (terms.unfinished !== undefined) await abandonCollection({ table })(ws, terms.unfinished);
    const { entries, expenses } = await gatherEntries({ table })(ws, jobOf(terms), asked);
    const lines = timeLines(terms, { entries, expenses }, asked.groupBy, newId);
    const expect = fingerprint(terms, lines);
    if (asked.expect !== undefined && asked.expect !== expect)
      return refuse('preview-changed', 'The time or its terms changed since the preview; look at it again', { expect });
    const head = newHead(terms, { id: newId('inv'), lines, source: 'time', notes: asked.notes ?? '', now: now() });
    const draft = asked.draft ?? false;
    const mirror = mirrorBills({ table, now, newId });
    const mirrored = draft ? noBills : await mirror(ws, { ...head, ...terms }, entries);
    return { terms, lines, entries, expenses, head: { ...head, billing: mirrored.billing }, draft, mirrored };
  };

/** Makes it: all of its entries or none, issued under the next number, or kept as a draft. */
export const makeInvoice =
  (needs: Needs) =>
  (by: By, plan: InvoicePlan, once: OnceMade): Promise<Reply> =>
    plan.entries.length + (plan.expenses ?? []).length + billIds(plan.mirrored).length > entriesPerTransactionMax
      ? inChunks(needs, by, plan, once)
      : atOnce(needs, by, plan, once);

/** The head as it ends up, with what is written along with it. */
const finished = (
  { terms, head, draft, mirrored = noBills }: InvoicePlan,
  { now, newId }: Needs,
  by: By,
): { head: InvoiceHead; writes: readonly Write[] } => {
  if (!draft) {
    const done = issueWrites(head, terms, { by, now: now(), newId });
    return { head: done.head, writes: [...done.writes, ...newBillsWait(by.workspaceId, done.head, mirrored, now())] };
  }
  const text = `A draft for ${terms.client.name} was made`;
  return {
    head: keepAsDraft(head),
    writes: [
      audited(by.workspaceId, { id: newId('aud'), at: now(), who: by.memberId, what: 'invoice-drafted', about: head.id, text }),
    ],
  };
};

const replyFor = ({ terms, lines }: InvoicePlan, head: InvoiceHead): Reply => {
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
  by: By,
  plan: InvoicePlan,
  commit: (head: InvoiceHead, writes: readonly Write[]) => Promise<Reply>,
): Promise<Reply> => {
  let series: StoredSeries | undefined = plan.terms.series;
  return needs.retry(async () => {
    series ??= await readSeries(needs.table)(by.workspaceId, 'invoice');
    const terms = { ...plan.terms, series };
    series = undefined;
    const { head, writes } = finished({ ...plan, terms }, needs, by);
    return commit(head, writes);
  });
};

const atOnce = (needs: Needs, by: By, plan: InvoicePlan, once: OnceMade): Promise<Reply> => {
  const ws = by.workspaceId;
  const parties = partiesOf(plan.terms);
  return issueUnderNextNumber(needs, by, plan, async (head, writes) => {
    const reply = replyFor(plan, head);
    await needs.table.commit([
      ...plan.entries.map((entry) => taken(ws, entry, head.id)),
      ...(plan.expenses ?? []).map((expense) => expenseTaken(ws, expense, head.id)),
      addInvoice(ws, head),
      ...newLines(ws, head.id, head.linesEpoch, plan.lines, parties, billIds(plan.mirrored)),
      ...addBills(ws, plan.mirrored),
      ...writes,
      ...once.made(head, reply),
    ]);
    return reply;
  });
};

/** More entries than one transaction takes. Whatever fails on the way, nothing stays held. */
const inChunks = async (needs: Needs, by: By, plan: InvoicePlan, once: OnceMade): Promise<Reply> => {
  const ws = by.workspaceId;
  const { table } = needs;
  await once.begin(plan.head.id);
  try {
    await takeEntries({ table })(ws, plan, partiesOf(plan.terms));
    return await issueUnderNextNumber(needs, by, plan, async (head, writes) => {
      const reply = replyFor(plan, { ...head, version: head.version + 1 });
      await table.commit([replaceInvoice(ws, head), ...writes, ...once.made(head, reply)]);
      return reply;
    });
  } catch (error) {
    await abandonCollection({ table })(ws, plan.head.id);
    throw error;
  }
};
