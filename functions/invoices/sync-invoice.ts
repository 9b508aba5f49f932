import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { keepsBooksInXero } from '../../shared/store/books.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { keys } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { cancelled, waits } from '../../shared/store/waiting-work.ts';
import { joinBooks } from './join-books.ts';
import { mustReachXero, readShown } from './read-documents.ts';

/** Sends an invoice to Xero now, ahead of what nobody waits for. One that stands there already is left as it is. */
export const syncInvoice =
  ({ table, now, ring }: { table: Table; now: () => Instant; ring: (workspaceIds: readonly string[]) => Promise<void> }) =>
  async ({ caller, params, once }: InvoiceCall<'syncInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { head, sync } = await readShown({ table, now })(ws, params.id);
    if (head.status === 'draft') return refuse('invoice-not-issued', 'A draft is sent to Xero once it is issued');
    if (!head.toXero && !keepsBooksInXero(await table.get(keys.xeroConnection(ws))))
      return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    const isSettled = sync.state === 'synced' || !mustReachXero({ ...head, toXero: true });
    const reply: Reply = { status: 202, body: isSettled ? sync : { ...sync, state: 'pending' } };
    const work = { kind: 'invoice', documentId: head.id } as const;
    const at = now();
    const send = [
      cancelled(ws, { lane: 'documents', ...work }),
      waits(ws, { lane: 'urgent', ...work, version: Date.parse(at), dueAt: at, since: at }),
    ];
    const joins = isSettled ? [] : await joinBooks(table)(ws, head, at);
    await table.commit([...(isSettled ? [] : send), ...joins, answered(once, reply)]);
    await ring([ws]).catch(() => undefined);
    return reply;
  };
