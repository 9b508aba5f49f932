import type { DocumentCall } from '../../shared/api/documents.ts';
import { dateIn, epochMs, type Instant } from '../../shared/domain/days.ts';
import { wasIssued } from '../../shared/domain/invoice.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { audited } from '../../shared/store/audit.ts';
import { clientKey, parseClient } from '../../shared/store/clients.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice, readLines, replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parseShareLinks, shareLinksKey } from '../../shared/store/share-links.ts';
import { syncItemKey, syncView } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import { parseWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { mustReachXero } from '../invoices/read-documents.ts';
import { invoiceView, linesShown } from '../invoices/views.ts';
import { addressFor, letterWrites, requireMail } from './write-letter.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  /** Whether this stage sends mail at all. */
  readonly mailIsOn: boolean;
}

/**
 * Sends an issued invoice to its client by mail, with a link and the PDF. The mail is written down in the commit that notes when the
 * invoice was sent; it leaves within a minute. Xero is told by work that waits, where the books are kept there.
 */
export const sendInvoice =
  ({ table, now, newId, ring, mailIsOn }: Needs) =>
  async ({ caller, params, body, once }: DocumentCall<'sendInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    requireMail(mailIsOn);
    const found = await table.batchGet([
      invoiceKey(ws, params.id),
      shareLinksKey(ws, params.id),
      syncItemKey(ws, params.id),
      workspaceKey(ws),
    ]);
    const head = mustBeAt(found, invoiceKey(ws, params.id), parseInvoice);
    const { zone } = mustBeAt(found, workspaceKey(ws), parseWorkspace);
    requireSendable(head);
    const { lines, parties } = await readLines(table)(ws, head, 0, linesShown);
    const client = await table.get(clientKey(ws, head.clientId));
    const to = addressFor(body, client && parseClient(client));
    const at = now();
    const sent = { ...head, sentAt: at };
    const sync = syncView(found.get(keyText(syncItemKey(ws, head.id))), mustReachXero(head));
    const view = invoiceView({ head: { ...sent, version: head.version + 1 }, lines, parties }, sync, dateIn(zone, at));
    const reply: Reply = { status: 200, etag: String(head.version + 1), body: view };
    const text = `Invoice ${head.number} was sent to ${to}`;
    await table.commit([
      replaceInvoice(ws, sent),
      ...letterWrites(
        ws,
        { id: newId('let'), invoiceId: head.id, to, message: body.message ?? '', by: caller.memberId, at },
        foundAt(found, shareLinksKey(ws, head.id), parseShareLinks),
      ),
      ...(head.toXero
        ? [waits(ws, { lane: 'documents', kind: 'sent-flag', documentId: head.id, version: epochMs(at), dueAt: at, since: at })]
        : []),
      audited(ws, { id: newId('aud'), at, who: caller.memberId, what: 'invoice-sent', about: head.id, text }),
      answered(once, reply),
    ]);
    if (head.toXero) await ring([ws]).catch(() => undefined);
    return reply;
  };

const requireSendable = (head: InvoiceHead): void => {
  if (head.status === 'collecting' || head.status === 'abandoned') refuse('not-found', 'There is no such thing here');
  if (head.status === 'void' || head.status === 'voiding')
    refuse('invoice-void', `A ${head.status} invoice can't be sent`, { invoiceStatus: head.status });
  if (!wasIssued(head)) refuse('invoice-not-issued', "A draft can't be sent; issue it first", { invoiceStatus: head.status });
};
