import * as z from 'zod';
import type { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import type { Xero } from './client.ts';
import { XeroError } from './failure.ts';
import { asInvoice, invoiceAnswer, type XeroInvoice } from './invoice-answer.ts';

const perPage = 1000;

/** One page of what was changed, in the order in which it was. `more` tells that another page may follow. */
export interface ChangedPage<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

interface Asked {
  readonly page: number;
  /** An instant; older changes are left out, to the second. */
  readonly changedSince?: string | undefined;
}

/** One call. An answer of "nothing was modified" is an empty page. */
const changed = async <A, T>(
  xero: Xero,
  shape: z.ZodType<A>,
  call: (api: AccountingApi, tenantId: string) => Promise<unknown>,
  { of, items }: { of: (answer: A) => readonly unknown[]; items: (answer: A) => T[] },
): Promise<ChangedPage<T>> => {
  try {
    const answer = await xero.send(shape, call);
    return { items: items(answer), more: of(answer).length >= perPage };
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-modified') return { items: [], more: false };
    throw error;
  }
};

const sinceOf = ({ changedSince }: Asked): Date | undefined => (changedSince === undefined ? undefined : new Date(changedSince));

const invoicesShape = z.object({ invoices: z.array(invoiceAnswer) });

/** One page of changed sales invoices, with lines, payments and credits; voided and deleted ones too. One call. */
export const listChangedInvoices = (xero: Xero, asked: Asked): Promise<ChangedPage<XeroInvoice>> =>
  changed(
    xero,
    invoicesShape,
    (api, tenantId) =>
      api.getInvoices(
        tenantId,
        sinceOf(asked),
        'Type=="ACCREC"',
        'UpdatedDateUTC ASC',
        undefined,
        undefined,
        undefined,
        undefined,
        asked.page,
        undefined,
        undefined,
        undefined,
        undefined,
        perPage,
      ),
    { of: ({ invoices }) => invoices, items: ({ invoices }) => invoices.flatMap((found) => asInvoice(found) ?? []) },
  );

const paymentsShape = z.object({
  payments: z.array(
    z.object({
      paymentID: z.string(),
      status: z.string().optional(),
      invoice: z.object({ invoiceID: z.string().optional() }).optional(),
      updatedDateUTC: z.date().optional(),
    }),
  ),
});

/** A payment of a sales invoice, or one that was taken back. */
export interface ChangedPayment {
  readonly paymentId: string;
  readonly invoiceId: string;
  readonly deleted: boolean;
  readonly updatedAt: string | null;
}

/** One page of changed payments of sales invoices. One call. */
export const listChangedPayments = (xero: Xero, asked: Asked): Promise<ChangedPage<ChangedPayment>> =>
  changed(
    xero,
    paymentsShape,
    (api, tenantId) =>
      api.getPayments(tenantId, sinceOf(asked), 'PaymentType=="ACCRECPAYMENT"', 'UpdatedDateUTC ASC', asked.page, perPage),
    {
      of: ({ payments }) => payments,
      items: ({ payments }) =>
        payments.map(({ paymentID, status, invoice, updatedDateUTC }) => ({
          paymentId: paymentID,
          invoiceId: invoice?.invoiceID ?? '',
          deleted: status === 'DELETED',
          updatedAt: updatedDateUTC?.toISOString() ?? null,
        })),
    },
  );
