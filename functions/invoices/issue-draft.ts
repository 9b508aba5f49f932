import type { InvoiceCall } from '../../shared/api/invoices.ts';
import { dateIn, type Instant } from '../../shared/domain/days.ts';
import { lineTotals, retax } from '../../shared/domain/invoice-lines.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { newLines, replaceInvoice } from '../../shared/store/invoices.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { issueWrites } from './issue-writes.ts';
import { addBills, billIds, billItems, mirrorBills, newBillsWait, readEntries } from './mirror-bills.ts';
import { partiesOf, readTerms } from './plan-invoice.ts';
import { readShown, withLines } from './read-documents.ts';
import { invoiceView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

/** Besides these, the commit writes up to 20 items of lines and about a dozen others. */
const billsPerTransactionMax = 60;

/** Issues a draft: it gets the next number, and the tax that holds on its issue date is locked on its lines. */
export const issueDraft =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, params, once, ifMatch }: InvoiceCall<'issueInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { head } = await readShown({ table, now })(ws, params.id);
    requireVersion(ifMatch, head.version);
    if (head.status !== 'draft')
      return refuse('invoice-not-draft', `A ${head.status} invoice can't be issued`, { invoiceStatus: head.status });
    const asked = { jobId: head.jobId, clientId: head.clientId, issueDate: head.issueDate, dueDate: head.dueDate };
    const terms = await readTerms({ table, now })(ws, asked);
    const before = await withLines(table)(ws, head);
    // What a quote has promised stays, whatever rate holds today.
    const lines = head.quoteId ? before.lines : before.lines.map((line) => retax(line, terms.taxRule));
    const epoch = head.linesEpoch + 1;
    const mirrored = await mirrorBills({ table, now, newId })(ws, { ...head, ...terms }, await readEntries(table)(ws, lines));
    const ready = { ...head, ...lineTotals(head.currency, lines), linesEpoch: epoch, billing: mirrored.billing };
    const { head: issued, writes } = issueWrites(ready, terms, { by: caller, now: now(), newId });
    const after = { ...issued, version: head.version + 1 };
    const parties = partiesOf(terms);
    const today = dateIn(terms.workspace.zone, now());
    const body = invoiceView({ head: after, lines, parties }, syncView(undefined, terms.toXero), today);
    const reply: Reply = { status: 200, etag: String(after.version), body };
    const many = mirrored.bills.length > billsPerTransactionMax;
    if (many) await table.putMany(billItems(ws, mirrored));
    await table.commit([
      replaceInvoice(ws, issued),
      ...escrowFollows(ws, head, issued),
      // Bills of an earlier issue stay known: Xero may have them still.
      ...newLines(ws, head.id, epoch, lines, parties, [...billIds(mirrored), ...(before.bills ?? [])]),
      ...(many ? [] : addBills(ws, mirrored)),
      ...writes,
      ...newBillsWait(ws, issued, mirrored, now()),
      answered(once, reply),
    ]);
    if (terms.toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };
