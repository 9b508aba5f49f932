import type { InvoiceCall } from '../../shared/api/invoices.ts';
import type { Instant } from '../../shared/domain/days.ts';
import { deleteDraft as deleted } from '../../shared/domain/invoice.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { replaceInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { freeEntries } from './free-entries.ts';
import { readShown } from './read-documents.ts';

/** Gives a draft up that never had a number; its entries can be billed again. What isn't freed at once, the sweep frees. */
export const deleteDraft =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, ifMatch }: InvoiceCall<'deleteInvoice'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { head } = await readShown({ table, now })(ws, params.id);
    requireVersion(ifMatch, head.version);
    const trail = {
      id: newId('aud'),
      at: now(),
      who: caller.memberId,
      what: 'invoice-deleted',
      about: head.id,
      text: 'A draft was deleted',
    };
    await table.commit([replaceInvoice(ws, { ...deleted(head), freeing: true }), audited(ws, trail)]);
    await freeEntries({ table })(ws, head.id);
    return { status: 204 };
  };
