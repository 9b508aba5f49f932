import * as z from 'zod';
import { noSuchId } from './element.ts';
import { paymentNamedIn } from './map-payment.ts';
import { unclearIn } from './understood.ts';

/** The fields of an invoice that we read in any answer. Amounts are major units as Xero's JSON has them. */
export const invoiceAnswer = z.object({
  invoiceID: z.string().optional(),
  invoiceNumber: z.string().optional(),
  reference: z.string().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  contact: z.object({ contactID: z.string().optional() }).optional(),
  currencyCode: z.string().optional(),
  subTotal: z.number().optional(),
  totalTax: z.number().optional(),
  total: z.number().optional(),
  updatedDateUTC: z.date().optional(),
  payments: z
    .array(
      z.object({ paymentID: z.string(), reference: z.string().optional(), amount: z.number(), status: z.string().optional() }),
    )
    .optional(),
});

/** An invoice as Xero has it. */
export interface XeroInvoice {
  readonly invoiceId: string;
  readonly number: string;
  readonly reference: string;
  readonly status: string;
  /** Empty when Xero didn't say. */
  readonly contactId: string;
  readonly currency: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly updatedAt: string | null;
  /** What of it is not understood; absent when all of it is. */
  readonly unclear?: string;
  readonly payments: readonly { readonly paymentId: string; readonly reference: string; readonly amount: number }[];
}

export const asInvoice = (found: z.infer<typeof invoiceAnswer>): XeroInvoice | undefined => {
  if (found.invoiceID === undefined || found.invoiceID === noSuchId) return undefined;
  const unclear = unclearIn(found);
  return {
    ...(unclear === undefined ? {} : { unclear }),
    invoiceId: found.invoiceID,
    number: found.invoiceNumber ?? '',
    reference: found.reference ?? '',
    status: found.status ?? '',
    contactId: found.contact?.contactID ?? '',
    currency: found.currencyCode ?? '',
    subtotal: found.subTotal ?? 0,
    tax: found.totalTax ?? 0,
    total: found.total ?? 0,
    updatedAt: found.updatedDateUTC?.toISOString() ?? null,
    payments: (found.payments ?? [])
      .filter(({ status }) => status !== 'DELETED')
      .map(({ paymentID, reference, amount }) => ({ paymentId: paymentID, reference: paymentNamedIn(reference ?? ''), amount })),
  };
};
