import { mustExist } from '../../shared/store/found.ts';
import { readQuote, type WholeQuote } from '../../shared/store/quotes.ts';
import { syncItemKey, type SyncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { quoteSync } from './views.ts';

/** A quote with its way to Xero. Refuses one that isn't there. Two round trips. */
export const readShown =
  (table: Table) =>
  async (ws: string, id: string): Promise<{ quote: WholeQuote; sync: SyncView }> => {
    const [found, sync] = await Promise.all([readQuote(table)(ws, id), table.get(syncItemKey(ws, id))]);
    const quote = mustExist(found);
    return { quote, sync: quoteSync(quote.head, sync) };
  };
