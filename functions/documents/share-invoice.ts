import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { secretFrom, shareTokenOf } from '../../shared/domain/share-token.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { shareLinksKey, linkAdded, parseShareLinks } from '../../shared/store/share-links.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { pageUrl } from './page-url.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly newSecret: () => string;
  readonly publicUrl: string;
}

/**
 * Makes a link for finance by which a client sees an invoice without an account. Its token is answered once and stored nowhere:
 * the record of the request keeps a seed that is nothing without the request's own key.
 */
export const shareInvoice =
  ({ table, now, newId, newSecret, publicUrl }: Needs) =>
  async ({ caller, params, once }: DocumentCall<'shareInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const found = await table.batchGet([invoiceKey(ws, params.id), shareLinksKey(ws, params.id)]);
    const head = mustBeAt(found, invoiceKey(ws, params.id), parseInvoice);
    if (head.status === 'collecting' || head.status === 'abandoned') refuse('not-found', 'There is no such thing here');
    if (!wasIssued(head)) refuse('invoice-not-issued', 'An invoice has a link once it is issued', { invoiceStatus: head.status });
    const seed = newSecret();
    const token = shareTokenOf({ workspaceId: ws, documentId: head.id }, once ? secretFrom(seed, once.key) : seed);
    const reply: Reply = { status: 201, body: { url: pageUrl(publicUrl, token), token } };
    const text = `A link to invoice ${head.number} was made`;
    await table.commit([
      linkAdded(ws, head.id, foundAt(found, shareLinksKey(ws, head.id), parseShareLinks), token),
      audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'invoice-shared', about: head.id, text }),
      answered(once, reply, `${head.id}.${seed}`),
    ]);
    return reply;
  };
