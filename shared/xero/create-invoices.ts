import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer.extend(elementShape)) });

/**
 * Makes invoices. PUT, never POST: POST with a number that is taken would overwrite the invoice that has it. One call;
 * outcomes in the order of the invoices.
 */
export const createInvoices = async (xero: Xero, invoices: Invoice[], key: string): Promise<Outcome<XeroInvoice>[]> => {
  const answer = await xero.send(shape, (api, tenantId) => api.createInvoices(tenantId, { invoices }, false, undefined, key));
  return sameLength(invoices, answer.invoices).map((element) => outcomeOf(element, asInvoice));
};
