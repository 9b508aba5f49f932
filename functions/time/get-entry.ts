/** Shows one time entry with where it stands: free, or on which invoice. */
import type { TimeCall } from '../../shared/api/time.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readTimeEntry } from '../../shared/store/time-entries.ts';
import { invoiceOf, requireVisible } from './taken-entry.ts';
import { entryView } from './views.ts';

export const getEntry =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: TimeCall<'getTimeEntry'>): Promise<Reply> => {
    const entry = requireVisible(caller, await readTimeEntry(table)(caller.workspaceId, params.id));
    const invoice = await invoiceOf(table, caller.workspaceId, entry);
    return { status: 200, body: entryView(entry, invoice), etag: String(entry.version) };
  };
