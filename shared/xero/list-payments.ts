import * as z from 'zod';
import type { PaymentThere } from '../domain/compare-payment.ts';
import type { Xero } from './client.ts';
import { day, hundredths, pageOf, type Listed, type PageAsked } from './compared.ts';
import { XeroError } from './failure.ts';
import { paymentNamedIn } from './map-payment.ts';

const shape = z.object({
  payments: z.array(
    z
      .object({
        paymentID: z.string(),
        invoice: z.object({ invoiceID: z.string().default('') }).optional(),
        reference: z.string().default('').transform(paymentNamedIn),
        amount: hundredths,
        date: day,
        status: z.string().default(''),
        isReconciled: z.boolean().default(false),
        updatedDateUTC: z.date().optional(),
      })
      .transform(({ paymentID, invoice, updatedDateUTC, ...found }): PaymentThere => ({
        paymentId: paymentID,
        invoiceId: invoice?.invoiceID ?? '',
        ...found,
        updatedAt: updatedDateUTC?.toISOString() ?? null,
      })),
  ),
  pagination: z.object({ pageCount: z.number().optional() }).optional(),
});

/** One page of 1,000 payments of sales invoices, deleted ones too. One call. */
export const listPayments = (xero: Xero, asked: PageAsked): Promise<Listed<PaymentThere>> =>
  pageOf(asked, ({ page, changedSince, pageSize }) =>
    xero
      .send(shape, (api, tenantId) =>
        api.getPayments(
          tenantId,
          changedSince,
          'PaymentType=="ACCRECPAYMENT"',
          changedSince === undefined ? 'PaymentID ASC' : 'UpdatedDateUTC ASC, PaymentID ASC',
          page,
          pageSize,
        ),
      )
      .then(({ payments, pagination }) => ({ found: payments, pageCount: pagination?.pageCount })),
  );

/**
 * One payment by its id, deleted ones too; undefined only when Xero says in so many words that there is no such one. One call.
 */
export const readPaymentThere = async (xero: Xero, paymentId: string): Promise<PaymentThere | undefined> => {
  try {
    const { payments } = await xero.send(shape, (api, tenantId) => api.getPayment(tenantId, paymentId));
    const found = payments.find((one) => one.paymentId === paymentId);
    if (!found) throw new XeroError({ status: 200, code: 'bad-answer' });
    return found;
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-found') return undefined;
    throw error;
  }
};
