import * as z from 'zod';
import type { DocumentThere } from '../domain/compare-document.ts';
import type { Xero } from './client.ts';
import { pageOf, type Listed, type PageAsked } from './compared.ts';
import { documentFields, documentThere, theOneOrNone, unclear } from './document-there.ts';
import { noSuchId } from './element.ts';
import { valuesPerSearchMax } from './find-invoices.ts';

/** A bill, or money that was spent, as Xero has it. Amounts are hundredths of a major unit. */
export type PurchaseThere = DocumentThere & {
  purchaseId: string;
  /** Whether its lines are without their tax. */
  exclusive: boolean;
};

const bill = z
  .object({
    ...documentFields,
    invoiceID: z.string(),
    invoiceNumber: z.string().default(''),
    lineAmountTypes: z.string().optional(),
  })
  .transform((found): PurchaseThere & { type: string | undefined } => ({
    ...documentThere(found, found.invoiceNumber),
    ...unclear(found),
    ...{ purchaseId: found.invoiceID, type: found.type, exclusive: found.lineAmountTypes === 'Exclusive' },
  }));
const bills = z.object({ invoices: z.array(bill), pagination: z.object({ pageCount: z.number().optional() }).optional() });

/** One page of 1,000 bills with lines, drafts and voided ones too. One call. */
export const listPurchases = (xero: Xero, asked: PageAsked): Promise<Listed<PurchaseThere>> =>
  pageOf(asked, async ({ page, changedSince, pageSize }) => {
    const { invoices, pagination } = await xero.send(bills, (api, tenantId) =>
      api.getInvoices(
        ...([tenantId, changedSince, 'Type=="ACCPAY"'] as const),
        changedSince === undefined ? 'InvoiceID ASC' : 'UpdatedDateUTC ASC, InvoiceID ASC',
        ...([undefined, undefined, undefined, undefined, page, true, undefined, undefined, undefined, pageSize] as const),
      ),
    );
    return { found: invoices, pageCount: pagination?.pageCount };
  });

/** Bills by id, voided and deleted ones too. One call for each 40 ids. What is not among the answers was not found. */
export const findPurchasesThere = async (xero: Xero, ids: readonly string[]): Promise<PurchaseThere[]> => {
  const found: PurchaseThere[] = [];
  for (let start = 0; start < ids.length; start += valuesPerSearchMax) {
    const chunk = ids.slice(start, start + valuesPerSearchMax);
    const { invoices } = await xero.send(bills, (api, tenantId) =>
      api.getInvoices(
        ...([tenantId, undefined, undefined, undefined, chunk, undefined, undefined, undefined, 1] as const),
        ...([true, undefined, undefined, undefined, valuesPerSearchMax] as const),
      ),
    );
    found.push(...invoices.filter(({ purchaseId, type }) => purchaseId !== noSuchId && type === 'ACCPAY'));
  }
  return found;
};

/** One bill by its id; undefined only when Xero says in so many words that there is no such one. One call. */
export const readPurchaseThere = (xero: Xero, id: string): Promise<PurchaseThere | undefined> =>
  theOneOrNone(async () => {
    const { invoices } = await xero.send(bills, (api, tenantId) => api.getInvoice(tenantId, id));
    return invoices.find(({ purchaseId }) => purchaseId === id);
  });

const spend = z
  .object({ ...documentFields, bankTransactionID: z.string(), lineAmountTypes: z.string().optional() })
  .transform((found): PurchaseThere => ({
    ...documentThere(found, ''),
    // Its kinds are others than those of documents; only its state has to be understood.
    ...unclear({ status: found.status, total: found.total }),
    ...{ purchaseId: found.bankTransactionID, exclusive: found.lineAmountTypes === 'Exclusive' },
  }));
const spends = z.object({
  bankTransactions: z.array(spend),
  pagination: z.object({ pageCount: z.number().optional() }).optional(),
});

/** One page of 1,000 pieces of money that was spent, deleted ones too. One call. */
export const listSpends = (xero: Xero, asked: PageAsked): Promise<Listed<PurchaseThere>> =>
  pageOf(asked, async ({ page, changedSince, pageSize }) => {
    const order = changedSince === undefined ? 'BankTransactionID ASC' : 'UpdatedDateUTC ASC, BankTransactionID ASC';
    const { bankTransactions, pagination } = await xero.send(spends, (api, tenantId) =>
      api.getBankTransactions(tenantId, changedSince, 'Type=="SPEND"', order, page, undefined, pageSize),
    );
    return { found: bankTransactions, pageCount: pagination?.pageCount };
  });

/** Money that was spent, by its id; undefined only when Xero says in so many words that there is no such. One call. */
export const readSpendThere = (xero: Xero, id: string): Promise<PurchaseThere | undefined> =>
  theOneOrNone(async () => {
    const { bankTransactions } = await xero.send(spends, (api, tenantId) => api.getBankTransaction(tenantId, id));
    return bankTransactions.find(({ purchaseId }) => purchaseId === id);
  });
