import type { Instant } from '../../shared/domain/days.ts';
import type { Once, Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readQuote, type QuoteHead } from '../../shared/store/quotes.ts';
import { syncView } from '../../shared/store/sync-items.ts';
import type { Table } from '../../shared/store/table.ts';
import { linkAgain } from './new-link.ts';
import { mustReachXero, quoteView } from './views.ts';

interface Needs {
  readonly table: Table;
  readonly publicUrl: string;
}

/**
 * Answers a repeated request in the words of its first answer, written again from the quote: what was sent never changes, and what
 * became of it since is shown as it was then. The link is made again of the request's own key. A draft that was changed since shows as
 * it is.
 */
export const replayQuote =
  ({ table, publicUrl }: Needs) =>
  async (ws: string, routeId: string, ref: string, once: Once): Promise<Reply> => {
    const [id = '', version = '', seed = ''] = ref.split('.');
    if (routeId === 'shareQuote') return { status: 201, body: linkAgain(publicUrl, ws, id, seed, once) };
    const { head, ...rest } = mustExist(await readQuote(table)(ws, id));
    const shown = (as: QuoteHead, at: Instant) => quoteView({ ...rest, head: as }, syncView(undefined, mustReachXero(as)), at);
    if (routeId === 'sendQuote') {
      const open = { ...unanswered(head), status: 'sent' as const, linkHash: 'sent' };
      const body = { ...shown(open, head.sentAt ?? head.createdAt), link: linkAgain(publicUrl, ws, id, seed, once) };
      return { status: 200, etag: version, body };
    }
    if (routeId === 'withdrawQuote') {
      const as = { ...unanswered(head), status: 'withdrawn' as const };
      return { status: 200, etag: version, body: shown(as, head.createdAt) };
    }
    const as = head.status === 'draft' ? { ...head, version: 1 } : head;
    return { status: 201, etag: String(as.version), body: shown(as, head.createdAt) };
  };

const unanswered = (head: QuoteHead): QuoteHead => ({ ...head, answer: null, invoiceId: null, supersededBy: null });
