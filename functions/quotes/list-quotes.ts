import type { QuoteCall } from '../../shared/api/quotes.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { clientKey } from '../../shared/store/clients.ts';
import { jobKey } from '../../shared/store/jobs.ts';
import { partitions } from '../../shared/store/keys.ts';
import { listPage } from '../../shared/store/paging.ts';
import { parseQuote } from '../../shared/store/quotes.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText, type QueryInput, type Table } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { quoteHeadView, quoteSync } from './views.ts';

type Query = QuoteCall<'listQuotes'>['query'];

/** Lists quotes for finance, the newest first, by state, client or job. What has expired shows so, whatever is stored. */
export const listQuotes =
  ({ table, now }: { table: Table; now: () => Instant }) =>
  async ({ caller, query }: QuoteCall<'listQuotes'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { limit, cursor, ...filter } = query;
    const [page] = await Promise.all([
      listPage(table, {
        query: queryOf(ws, query),
        scope: [ws, 'QUO', ...Object.entries(filter).flat()].join('/'),
        filtered: filter.status !== undefined || filter.jobId !== undefined,
        request: { limit, cursor },
        show: (rows) => shown(table, ws, rows, query, now()),
      }),
      requireKnown(table, ws, query),
    ]);
    return { status: 200, body: page };
  };

/** Refuses (`not-found`) a filter by what this workspace doesn't have. */
const requireKnown = async (table: Table, ws: string, { clientId, jobId }: Query): Promise<void> => {
  const asked = [...(clientId ? [clientKey(ws, clientId)] : []), ...(jobId ? [jobKey(ws, jobId)] : [])];
  if (asked.length === 0) return;
  const found = await table.batchGet(asked);
  if (!asked.every((key) => found.has(keyText(key)))) refuse('not-found', 'There is no such thing here');
};

/** A job has few quotes, and no index of its own for them. */
const queryOf = (ws: string, { clientId }: Query): QueryInput => {
  if (clientId !== undefined) return { index: 'party', partition: partitions.quotesOfClient(ws, clientId), descending: true };
  return { index: 'list', partition: partitions.quotesOfWorkspace(ws), descending: true };
};

const shown = async (table: Table, ws: string, rows: readonly Item[], query: Query, now: Instant) => {
  const heads = rows.map(parseQuote);
  const found = await table.batchGet(heads.map(({ id }) => syncItemKey(ws, id)));
  return heads.map((head) => {
    const view = quoteHeadView(head, quoteSync(head, found.get(keyText(syncItemKey(ws, head.id)))), now);
    const wanted =
      (query.clientId === undefined || query.clientId === head.clientId) &&
      (query.jobId === undefined || query.jobId === head.jobId) &&
      (query.status === undefined || query.status === view.status);
    return wanted ? view : undefined;
  });
};
