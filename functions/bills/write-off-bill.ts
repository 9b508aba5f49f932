import type { BillCall } from '../../shared/api/bills.ts';
import { billTotals, writeOff, type WriteOffAsked } from '../../shared/domain/bill.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { replaceBill, stillBilled, type Bill } from '../../shared/store/bills.ts';
import { answered } from '../../shared/store/idempotency.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { parseTimeEntry, timeEntryKey } from '../../shared/store/time-entries.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { readBillShown, requireStanding } from './read-bill.ts';
import { billView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: (workspaceIds: readonly string[]) => Promise<void>;
}

type Call = BillCall<'writeOffBill'>;

/** Takes time off a bill that isn't approved yet, for a member of finance, who says why: it is no longer owed to its expert. */
export const writeOffBill =
  ({ table, now, newId, ring }: Needs) =>
  async ({ caller, params, body, once }: Call): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { bill, head, sync } = await readBillShown(table, caller, params.id);
    requireStanding(bill, head);
    const asked = 'seconds' in body ? { seconds: body.seconds } : await timeOf(table, ws, head, bill, body.timeEntryIds);
    const at = now();
    const after = writeOff(bill, asked, { reason: body.reason, at, by: caller.memberId });
    const version = bill.version + 1;
    const reply: Reply = { status: 200, etag: String(version), body: billView({ ...after, version }, head, sync) };
    const seconds = billTotals(after).writtenOff - billTotals(bill).writtenOff;
    await table.commit([
      replaceBill(ws, after),
      stillBilled(ws, bill),
      ...billWaits(ws, bill, at),
      audited(ws, {
        ...{ id: newId('aud'), at, who: caller.memberId, what: 'bill-written-off', about: bill.id },
        text: `${seconds} s were written off a bill for invoice ${head.number}: ${body.reason}`,
      }),
      answered(once, reply),
    ]);
    if (bill.toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };

/** What Xero has to hear of a bill that was changed. */
const billWaits = (ws: string, { id, toXero }: Bill, at: Instant): Write[] =>
  toXero ? [waits(ws, { lane: 'documents', kind: 'bill', documentId: id, version: Date.parse(at), dueAt: at, since: at })] : [];

/** The entries that are to be written off, as the invoice holds them. Refuses those that are none of this bill. */
const timeOf = async (
  table: Table,
  ws: string,
  head: InvoiceHead,
  bill: Bill,
  timeEntryIds: readonly string[],
): Promise<WriteOffAsked> => {
  const ids = [...new Set(timeEntryIds)];
  const found = await table.batchGet(ids.map((id) => timeEntryKey(ws, id)));
  const entries = [...found.values()].map(parseTimeEntry);
  const own = entries.filter(({ invoiceId, memberId }) => invoiceId === head.id && memberId === bill.memberId);
  if (own.length < ids.length) return refuse('not-found', 'There is no such thing here');
  return { timeEntries: own };
};
