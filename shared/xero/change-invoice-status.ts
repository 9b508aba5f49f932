import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { invoiceAnswer } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer).min(1) });

/**
 * Voids an approved invoice (`VOIDED`) or deletes one that isn't approved yet (`DELETED`). Sends the status alone, so that no
 * line is touched. One call; a refusal is a `XeroError` with the code `validation`. Returns the status that stands now.
 */
export const changeInvoiceStatus = async (
  xero: Xero,
  { invoiceId, status, key }: { invoiceId: string; status: 'VOIDED' | 'DELETED'; key: string },
): Promise<string> => {
  const change = { invoiceID: invoiceId, status } as unknown as Invoice;
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.updateInvoice(tenantId, invoiceId, { invoices: [change] }, undefined, key),
  );
  return invoices[0]?.status ?? '';
};
