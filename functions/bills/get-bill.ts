import type { BillCall } from '../../shared/api/bills.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readBillShown } from './read-bill.ts';
import { billView } from './views.ts';

/** Shows one bill to the expert whose hours it is about, and to finance. */
export const getBill =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: BillCall<'getBill'>): Promise<Reply> => {
    const { bill, head, sync } = await readBillShown(table, caller, params.id);
    return { status: 200, etag: String(bill.version), body: billView(bill, head, sync) };
  };
