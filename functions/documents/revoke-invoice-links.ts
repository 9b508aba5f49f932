import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt, mustBeAt } from '../../shared/store/found.ts';
import { shareLinksKey, linksRevoked, parseShareLinks } from '../../shared/store/share-links.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';

/** Revokes every link to an invoice for finance, at once: also those that letters on their way would still have made. */
export const revokeInvoiceLinks =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, params, ifMatch }: DocumentCall<'revokeInvoiceLinks'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const found = await table.batchGet([invoiceKey(ws, params.id), shareLinksKey(ws, params.id)]);
    const head = mustBeAt(found, invoiceKey(ws, params.id), parseInvoice);
    requireVersion(ifMatch, head.version);
    const text = `All links to invoice ${head.number ?? ''} were revoked`;
    await table.commit([
      linksRevoked(ws, head.id, foundAt(found, shareLinksKey(ws, head.id), parseShareLinks)),
      audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'invoice-links-revoked', about: head.id, text }),
    ]);
    return { status: 204 };
  };
