import type { CreditNoteCall } from '../../shared/api/credit-notes.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { readCreditNotes } from '../../shared/store/credit-notes.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { creditNoteView } from './credit-note-views.ts';

/** Shows a member of finance one credit note with its lines. */
export const getCreditNote =
  ({ table }: { table: Table }) =>
  async ({ caller, params }: CreditNoteCall<'getCreditNote'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const [whole] = await readCreditNotes(table)(ws, [params.id]);
    if (!whole) return refuse('not-found', 'There is no such thing here');
    const at = invoiceKey(ws, whole.note.invoiceId);
    const found = await table.batchGet([at, syncItemKey(ws, params.id)]);
    const sync = found.get(keyText(syncItemKey(ws, params.id)));
    return { status: 200, body: creditNoteView(whole.note, whole.lines, foundAt(found, at, parseInvoice), sync) };
  };
