import * as z from 'zod';
import type { Xero } from './client.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';

const shape = z.object({ invoices: z.array(invoiceAnswer) });

/** More than about 40 values make the address of the request too long. */
export const valuesPerSearchMax = 40;

/** Documents of other kinds may have the same number. One of a kind that nobody knows is kept: it may be the one looked for. */
const otherKinds = new Set([
  'ACCPAY',
  'ACCRECCREDIT',
  'ACCPAYCREDIT',
  'AROVERPAYMENT',
  'APOVERPAYMENT',
  'ARPREPAYMENT',
  'APPREPAYMENT',
]);

const search = async (xero: Xero, wanted: { ids?: string[]; numbers?: string[] }): Promise<XeroInvoice[]> => {
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.getInvoices(
      tenantId,
      undefined,
      undefined,
      undefined,
      wanted.ids,
      wanted.numbers,
      undefined,
      undefined,
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      1000,
    ),
  );
  return invoices.filter(({ type }) => !otherKinds.has(type ?? '')).flatMap((found) => asInvoice(found) ?? []);
};

const inChunks = async (values: readonly string[], find: (chunk: string[]) => Promise<XeroInvoice[]>): Promise<XeroInvoice[]> => {
  const found: XeroInvoice[] = [];
  for (let start = 0; start < values.length; start += valuesPerSearchMax)
    found.push(...(await find(values.slice(start, start + valuesPerSearchMax))));
  return found;
};

/** Sales invoices by number, voided and deleted ones too. One call for each 40 numbers; numbers hold no comma. */
export const findInvoicesByNumber = (xero: Xero, numbers: readonly string[]): Promise<XeroInvoice[]> =>
  inChunks(numbers, (chunk) => search(xero, { numbers: chunk }));

/** Invoices by id, with their payments. One call for each 40 ids. */
export const findInvoicesById = (xero: Xero, ids: readonly string[]): Promise<XeroInvoice[]> =>
  inChunks(ids, (chunk) => search(xero, { ids: chunk }));

const pageShape = z.object({ invoices: z.array(invoiceAnswer), pagination: z.object({ pageCount: z.number() }).optional() });
const invoicesPerPage = 1000;

/**
 * One page of 1,000 sales invoices dated from a day on, with their payments, in an order that changes never disturb. `pageCount`:
 * how many pages there are. One call.
 */
export const listInvoicesFrom = async (
  xero: Xero,
  { from, page }: { from: string; page: number },
): Promise<{ invoices: XeroInvoice[]; pageCount: number }> => {
  const [year, month, day] = from.split('-').map(Number);
  const { invoices, pagination } = await xero.send(pageShape, (api, tenantId) =>
    api.getInvoices(
      tenantId,
      undefined,
      `Type=="ACCREC" AND Date>=DateTime(${year}, ${month}, ${day})`,
      'InvoiceID ASC',
      undefined,
      undefined,
      undefined,
      undefined,
      page,
      undefined,
      undefined,
      undefined,
      undefined,
      invoicesPerPage,
    ),
  );
  const pageCount = pagination?.pageCount ?? (invoices.length < invoicesPerPage ? page : page + 1);
  return { invoices: invoices.flatMap((found) => asInvoice(found) ?? []), pageCount };
};
