import * as z from 'zod';
import type { Xero } from './client.ts';
import { valuesPerSearchMax } from './find-invoices.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer) });
const pageSize = 1000;

const search = async (xero: Xero, wanted: { ids?: string[]; numbers?: string[] }): Promise<XeroInvoice[]> => {
  const { ids, numbers } = wanted;
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.getInvoices(
      ...([tenantId, undefined, undefined, undefined, ids, numbers, undefined, undefined, 1] as const),
      ...([undefined, undefined, undefined, undefined, pageSize] as const),
    ),
  );
  return invoices.filter(({ type }) => type === 'ACCPAY').flatMap((found) => asInvoice(found) ?? []);
};

/** Bills by number, voided and deleted ones too. One call for each 40 numbers; numbers hold no comma. */
export const findPurchasesByNumber = async (xero: Xero, numbers: readonly string[]): Promise<XeroInvoice[]> => {
  const found: XeroInvoice[] = [];
  for (let start = 0; start < numbers.length; start += valuesPerSearchMax)
    found.push(...(await search(xero, { numbers: numbers.slice(start, start + valuesPerSearchMax) })));
  return found;
};

/** One bill by its id; undefined where there is none. One call. */
export const findPurchaseById = async (xero: Xero, id: string): Promise<XeroInvoice | undefined> =>
  (await search(xero, { ids: [id] })).find(({ invoiceId }) => invoiceId === id);
