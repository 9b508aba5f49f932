import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { XeroError } from './failure.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer.extend(elementShape)).length(1) });

/**
 * Replaces the lines of a bill by those given; asking twice changes nothing. One call. Xero refuses it by the answer as a whole, as
 * when something was paid on the bill there.
 */
export const updatePurchase = async (
  xero: Xero,
  { invoiceId, document, key }: { invoiceId: string; document: Invoice; key: string },
): Promise<Outcome<XeroInvoice>> => {
  // Its status stays as it is: somebody may have approved it, or it may be approved already.
  const change: Invoice = { ...document, invoiceID: invoiceId };
  delete change.status;
  try {
    const { invoices } = await xero.send(shape, (api, tenantId) =>
      api.updateInvoice(tenantId, invoiceId, { invoices: [change] }, undefined, key),
    );
    const [outcome] = invoices.map((element) => outcomeOf(element, asInvoice));
    if (outcome) return outcome;
  } catch (error) {
    if (!(error instanceof XeroError) || (error.code !== 'validation' && error.code !== 'not-found')) throw error;
    return { ok: false, messages: error.messages };
  }
  throw new XeroError({ status: 200, code: 'bad-answer' });
};
