import type { InvoiceCall } from '../../shared/api/invoices.ts';
import { dateIn, requireRange, type Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { clientKey } from '../../shared/store/clients.ts';
import { parseInvoice } from '../../shared/store/invoices.ts';
import { jobKey } from '../../shared/store/jobs.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listPage } from '../../shared/store/paging.ts';
import { syncItemKey, syncView } from '../../shared/store/sync-items.ts';
import { keyText, type QueryInput, type Table } from '../../shared/store/table.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import type { Item } from '../../shared/store/write.ts';
import { isDocument, mustReachXero } from './read-documents.ts';
import { headView } from './views.ts';

type Query = InvoiceCall<'listInvoices'>['query'];

/** Lists invoices, the newest first, by any of their marks. */
export const listInvoices =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, query }: InvoiceCall<'listInvoices'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { limit, cursor, ...filter } = query;
    requireRange(query);
    const [page] = await Promise.all([
      listPage(table, {
        query: queryOf(ws, query),
        scope: [ws, 'INV', ...Object.entries(filter).flat()].join('/'),
        filtered: filter.status !== undefined || filter.overdue !== undefined || filter.sync !== undefined,
        request: { limit, cursor },
        show: (rows) => shown(table, ws, rows, query, now()),
      }),
      requireKnown(table, ws, query),
    ]);
    return { status: 200, body: page };
  };

/** Refuses (`not-found`) a filter by what this workspace doesn't have. A plain list has nothing to look up. */
const requireKnown = async (table: Table, ws: string, { clientId, jobId }: Query): Promise<void> => {
  const asked = [...(clientId ? [clientKey(ws, clientId)] : []), ...(jobId ? [jobKey(ws, jobId)] : [])];
  if (asked.length === 0) return;
  const found = await table.batchGet(asked);
  if (!asked.every((key) => found.has(keyText(key)))) refuse('not-found', 'There is no such thing here');
};

const queryOf = (ws: string, { clientId, jobId, from, to }: Query): QueryInput => {
  const range = { descending: true, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to: `${to}#~` }) };
  if (jobId !== undefined) return { index: 'job', partition: partitions.invoicesOfJob(ws, jobId), ...range };
  if (clientId !== undefined) return { index: 'party', partition: partitions.invoicesOfClient(ws, clientId), ...range };
  return { index: 'list', partition: partitions.invoicesOfWorkspace(ws), ...range };
};

/** A page's rows with their sync items and the workspace, whose zone says which day it is, in one read. */
const shown = async (table: Table, ws: string, rows: readonly Item[], query: Query, now: Instant) => {
  const heads = rows.map(parseInvoice);
  const found = await table.batchGet([workspaceKey(ws), ...heads.map(({ id }) => syncItemKey(ws, id))]);
  const workspace = found.get(keyText(workspaceKey(ws)));
  if (!workspace) return refuse('not-found', 'There is no such thing here');
  const today = dateIn(parseWorkspace(workspace).zone, now);
  return heads.map((head) => {
    const view = headView(head, syncView(found.get(keyText(syncItemKey(ws, head.id))), mustReachXero(head)), today);
    const wanted =
      isDocument(head) &&
      (query.clientId === undefined || query.clientId === head.clientId) &&
      (query.status === undefined || query.status === head.status) &&
      (query.overdue === undefined || query.overdue === view.overdue) &&
      (query.sync === undefined || query.sync === view.sync.state);
    return wanted ? view : undefined;
  });
};
