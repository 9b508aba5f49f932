import * as z from 'zod';
import type { InvoiceThere } from '../domain/compare-invoice.ts';
import type { Xero } from './client.ts';
import { day, hundredths, pageOf, type Listed, type PageAsked } from './compared.ts';
import { documentFields, documentThere, theOneOrNone, unclear } from './document-there.ts';
import { noSuchId } from './element.ts';
import { valuesPerSearchMax } from './find-invoices.ts';
import { paymentNamedIn } from './map-payment.ts';

const applied = z.object({
  creditNoteID: z.string().optional(),
  overpaymentID: z.string().optional(),
  prepaymentID: z.string().optional(),
  creditNoteNumber: z.string().optional(),
  appliedAmount: z.number().optional(),
  date: day,
});

const compared = z
  .object({
    ...documentFields,
    invoiceID: z.string(),
    payments: z
      .array(
        z.object({
          paymentID: z.string(),
          reference: z.string().default('').transform(paymentNamedIn),
          amount: hundredths,
          date: day,
          status: z.string().optional(),
        }),
      )
      .default([]),
    invoiceNumber: z.string().default(''),
    creditNotes: z.array(applied).default([]),
    prepayments: z.array(applied).default([]),
    overpayments: z.array(applied).default([]),
  })
  .transform(({ invoiceID, payments, ...found }): InvoiceThere => ({
    ...documentThere(found, found.invoiceNumber),
    ...unclear({ ...found, payments }),
    invoiceId: invoiceID,
    applied: [
      ...found.creditNotes.map((one) => appliedAs(`credit note ${one.creditNoteNumber ?? ''}`.trim(), one)),
      ...found.prepayments.map((one) => appliedAs('prepayment', one)),
      ...found.overpayments.map((one) => appliedAs('overpayment', one)),
    ],
    payments: payments
      .filter(({ status }) => status !== 'DELETED')
      .map(({ paymentID, reference, amount, date }) => ({ paymentId: paymentID, reference, amount, date })),
  }));

const appliedAs = (
  what: string,
  { appliedAmount, creditNoteID, overpaymentID, prepaymentID, date }: z.infer<typeof applied>,
) => ({
  what,
  sourceId: creditNoteID ?? overpaymentID ?? prepaymentID ?? '',
  date,
  amount: BigInt(Math.round((appliedAmount ?? 0) * 100)),
});

const shape = z.object({ invoices: z.array(compared), pagination: z.object({ pageCount: z.number().optional() }).optional() });

/** One page of 1,000 sales invoices with lines and payments, drafts and voided ones too. One call. */
export const listInvoices = (xero: Xero, { page, changedSince, pageSize }: PageAsked): Promise<Listed<InvoiceThere>> =>
  pageOf({ page, changedSince, pageSize }, (asked) =>
    xero
      .send(shape, (api, tenantId) =>
        api.getInvoices(
          tenantId,
          asked.changedSince,
          'Type=="ACCREC"',
          // A whole comparison is ordered by what never changes, so that nothing slips from one page to the one before.
          asked.changedSince === undefined ? 'InvoiceID ASC' : 'UpdatedDateUTC ASC, InvoiceID ASC',
          undefined,
          undefined,
          undefined,
          undefined,
          asked.page,
          true,
          undefined,
          undefined,
          undefined,
          asked.pageSize,
        ),
      )
      .then(({ invoices, pagination }) => ({ found: invoices, pageCount: pagination?.pageCount })),
  );

/** Invoices by id, voided and deleted ones too. One call for each 40 ids. What is not among the answers was not found. */
export const findInvoicesThere = async (xero: Xero, ids: readonly string[]): Promise<InvoiceThere[]> => {
  const found: InvoiceThere[] = [];
  for (let start = 0; start < ids.length; start += valuesPerSearchMax) {
    const chunk = ids.slice(start, start + valuesPerSearchMax);
    const { invoices } = await xero.send(shape, (api, tenantId) =>
      api.getInvoices(
        tenantId,
        undefined,
        undefined,
        undefined,
        chunk,
        undefined,
        undefined,
        undefined,
        1,
        true,
        undefined,
        undefined,
        undefined,
        valuesPerSearchMax,
      ),
    );
    found.push(...invoices.filter(({ invoiceId }) => invoiceId !== noSuchId));
  }
  return found;
};

/**
 * One invoice by its id; undefined only when Xero says in so many words that there is no such one. An empty answer is a failure, not
 * a no. One call.
 */
export const readInvoiceThere = (xero: Xero, invoiceId: string): Promise<InvoiceThere | undefined> =>
  theOneOrNone(async () => {
    const { invoices } = await xero.send(shape, (api, tenantId) => api.getInvoice(tenantId, invoiceId));
    return invoices.find((one) => one.invoiceId === invoiceId);
  });
