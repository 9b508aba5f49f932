import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer.extend(elementShape)) });

/**
 * Notes on approved invoices that they were sent to their clients. Each is named by its id and nothing else is said of it, so nothing
 * else changes. One call; outcomes in the order of the ids.
 */
export const markSent = async (xero: Xero, invoiceIds: readonly string[], key: string): Promise<Outcome<XeroInvoice>[]> => {
  const invoices = invoiceIds.map((invoiceID) => ({ invoiceID, sentToContact: true })) as unknown as Invoice[];
  const answer = await xero.send(shape, (api, tenantId) =>
    api.updateOrCreateInvoices(tenantId, { invoices }, false, undefined, key),
  );
  return sameLength(invoices, answer.invoices).map((element) => outcomeOf(element, asInvoice));
};
