import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { invoicePage } from './invoice-page.ts';
import { noSuchPage } from './no-such-page.ts';
import { printedInvoice } from './printed-invoice.ts';
import { readShared } from './read-shared.ts';

const linesShown = 100;

/** Shows the client the page of an invoice. Looking at it changes nothing, whoever looks: a person, a scanner, a preview. */
export const showInvoicePage =
  ({ table, now, publicUrl }: { table: Table; now: () => Instant; publicUrl: string }) =>
  async ({ params, query }: DocumentCall<'showInvoicePage'>): Promise<Reply> =>
    noSuchPage(async () => {
      const { workspaceId, head, today, isPayable } = await readShared({ table, now })(params.token);
      const document = await printedInvoice(table)(workspaceId, head, { today, limit: linesShown });
      return invoicePage(document, {
        token: params.token,
        isPayable,
        linesLeft: Math.max(0, head.lineCount - linesShown),
        said: query.said,
        formsTo: paymentPagesAt(publicUrl),
      });
    });

/** Payment pages lie at Stripe, or at an address of the sender's own; on a developer's machine beside the product. */
const paymentPagesAt = (publicUrl: string): string[] => {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' ? ['https:'] : ['https:', `http://${hostname}:*`];
};
