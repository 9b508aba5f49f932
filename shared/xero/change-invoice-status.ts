import * as z from 'zod';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf } from './element.ts';
import { XeroError } from './failure.ts';
import { invoiceAnswer } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer.extend(elementShape)).length(1) });
const gone = new Set(['VOIDED', 'DELETED']);

/**
 * Voids an approved invoice (`VOIDED`) or deletes one that isn't approved yet (`DELETED`). Sends the status alone, so that no
 * line is touched. One call; a refusal is a `XeroError` with the code `validation`, an answer that says neither yes nor no is a
 * `bad-answer`. Returns the status that stands now.
 */
export const changeInvoiceStatus = async (
  xero: Xero,
  { invoiceId, status, key }: { invoiceId: string; status: 'VOIDED' | 'DELETED'; key: string },
): Promise<string> => {
  const change = { invoiceID: invoiceId, status } as unknown as Invoice;
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.updateInvoice(tenantId, invoiceId, { invoices: [change] }, undefined, key),
  );
  const outcomes = invoices.map((element) => outcomeOf(element, (found) => found.status));
  const [outcome] = outcomes;
  if (outcome && !outcome.ok && outcome.messages.length > 0)
    throw new XeroError({ status: 200, code: 'validation', messages: outcome.messages });
  if (!outcome?.ok || !gone.has(outcome.value)) throw new XeroError({ status: 200, code: 'bad-answer' });
  return outcome.value;
};
