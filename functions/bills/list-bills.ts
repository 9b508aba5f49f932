import type { BillCall } from '../../shared/api/bills.ts';
import { requireRange } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { parseBill } from '../../shared/store/bills.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { memberKey } from '../../shared/store/members.ts';
import { listPage } from '../../shared/store/paging.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type QueryInput, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { hadBills } from './read-bill.ts';
import { billView } from './views.ts';
import { whoseOf } from './whose.ts';

type Query = BillCall<'listBills'>['query'];

/** Lists bills, the newest first: an expert's own, or anybody's for finance. */
export const listBills =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: BillCall<'listBills'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    requireRange(query);
    const memberId = whoseOf(caller, query.memberId);
    await requireKnown(table, ws, query);
    const { limit, cursor, ...filter } = { ...query, memberId };
    const page = await listPage(table, {
      query: queryOf(ws, filter),
      scope: [ws, 'BILL', ...Object.entries(filter).flat()].join('/'),
      filtered: filter.status !== undefined || (memberId !== undefined && filter.invoiceId !== undefined),
      request: { limit, cursor },
      show: (rows) => shown(table, ws, rows, filter),
    });
    return { status: 200, body: page };
  };

/** Refuses (`not-found`) a filter by what this workspace doesn't have. */
const requireKnown = async (table: Table, ws: string, { memberId, invoiceId }: Query): Promise<void> => {
  const asked = [...(memberId ? [memberKey(ws, memberId)] : []), ...(invoiceId ? [invoiceKey(ws, invoiceId)] : [])];
  const found = await table.batchGet(asked);
  if (!asked.every((key) => found.has(keyText(key)))) refuse('not-found', 'There is no such thing here');
};

type Filter = Omit<Query, 'limit' | 'cursor'>;

const queryOf = (ws: string, { memberId, invoiceId, from, to }: Filter): QueryInput => {
  const range = { descending: true, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: `${to}#~` }) };
  if (invoiceId !== undefined) return { index: 'job', partition: partitions.billsOfInvoice(ws, invoiceId), ...range };
  if (memberId !== undefined) return { index: 'party', partition: partitions.billsOfMember(ws, memberId), ...range };
  return { index: 'list', partition: partitions.billsOfWorkspace(ws), ...range };
};

const shown = async (table: Table, ws: string, rows: readonly Item[], { memberId, status }: Filter) => {
  const bills = rows.map(parseBill);
  const found = await table.batchGet([
    ...[...new Set(bills.map(({ invoiceId }) => invoiceId))].map((id) => invoiceKey(ws, id)),
    ...bills.map(({ id }) => syncItemKey(ws, id)),
  ]);
  return bills.map((bill) => {
    const head = foundAt(found, invoiceKey(ws, bill.invoiceId), parseInvoice);
    if (!head || !hadBills(head) || (memberId !== undefined && bill.memberId !== memberId)) return undefined;
    const view = billView(bill, head, found.get(keyText(syncItemKey(ws, bill.id))));
    return status === undefined || view.status === status ? view : undefined;
  });
};
