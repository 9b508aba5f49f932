import type { CreditNoteCall } from '../../shared/api/credit-notes.ts';
import { requireRange } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { parseCreditNote } from '../../shared/store/credit-notes.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listPage } from '../../shared/store/paging.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type QueryInput, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { creditNoteHeadView } from './credit-note-views.ts';

type Query = CreditNoteCall<'listCreditNotes'>['query'];

/** Lists credit notes, the newest first, of the workspace, a client or an invoice. */
export const listCreditNotes =
  ({ table }: { table: Table }) =>
  async ({ caller, query }: CreditNoteCall<'listCreditNotes'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { limit, cursor, ...filter } = query;
    requireRange(query);
    await requireKnown(table, ws, query);
    const page = await listPage(table, {
      query: queryOf(ws, query),
      scope: [ws, 'CN', ...Object.entries(filter).flat()].join('/'),
      filtered: filter.clientId !== undefined && filter.invoiceId !== undefined,
      request: { limit, cursor },
      show: (rows) => shown(table, ws, rows, query),
    });
    return { status: 200, body: page };
  };

/** Refuses (`not-found`) a filter by what this workspace doesn't have. */
const requireKnown = async (table: Table, ws: string, { clientId, invoiceId }: Query): Promise<void> => {
  const asked = [...(clientId ? [clientKey(ws, clientId)] : []), ...(invoiceId ? [invoiceKey(ws, invoiceId)] : [])];
  if (asked.length === 0) return;
  const found = await table.batchGet(asked);
  if (clientId) mustBeAt(found, clientKey(ws, clientId), parseClient);
  if (invoiceId) mustBeAt(found, invoiceKey(ws, invoiceId), parseInvoice);
};

const queryOf = (ws: string, { clientId, invoiceId, from, to }: Query): QueryInput => {
  const range = { descending: true, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: `${to}#~` }) };
  if (invoiceId !== undefined) return { index: 'job', partition: partitions.creditNotesOfInvoice(ws, invoiceId), ...range };
  if (clientId !== undefined) return { index: 'party', partition: partitions.creditNotesOfClient(ws, clientId), ...range };
  return { index: 'list', partition: partitions.creditNotesOfWorkspace(ws), ...range };
};

const shown = async (table: Table, ws: string, rows: readonly Item[], { clientId }: Query) => {
  const notes = rows.map(parseCreditNote);
  const found = await table.batchGet(notes.flatMap(({ id, invoiceId }) => [invoiceKey(ws, invoiceId), syncItemKey(ws, id)]));
  return notes.map((note) =>
    clientId === undefined || note.clientId === clientId
      ? creditNoteHeadView(
          note,
          foundAt(found, invoiceKey(ws, note.invoiceId), parseInvoice),
          found.get(keyText(syncItemKey(ws, note.id))),
        )
      : undefined,
  );
};
