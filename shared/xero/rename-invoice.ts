import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf } from './element.ts';
import { XeroError } from './failure.ts';
import { invoiceAnswer } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer.extend(elementShape)).length(1) });

/**
 * Gives an invoice that isn't approved another number, so that its own is free: a deleted invoice may keep its number taken. Sends
 * the number alone, so that no line is touched. One call; a refusal is a `XeroError` with the code `validation`.
 */
export const renameInvoice = async (
  xero: Xero,
  { invoiceId, number, key }: { invoiceId: string; number: string; key: string },
): Promise<void> => {
  const change: Invoice = { invoiceID: invoiceId, invoiceNumber: number };
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.updateInvoice(tenantId, invoiceId, { invoices: [change] }, undefined, key),
  );
  const [outcome] = invoices.map((element) => outcomeOf(element, (found) => found.invoiceNumber));
  if (outcome && !outcome.ok && outcome.messages.length > 0)
    throw new XeroError({ status: 200, code: 'validation', messages: outcome.messages });
  if (!outcome?.ok || outcome.value !== number) throw new XeroError({ status: 200, code: 'bad-answer' });
};
