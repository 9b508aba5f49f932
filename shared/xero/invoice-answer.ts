import * as z from 'zod';
import { asDocument, documentAnswer, type XeroDocument } from './document-answer.ts';
import { noSuchId } from './element.ts';
import { paymentNamedIn } from './map-payment.ts';
import { unclearIn } from './understood.ts';

/** The fields of an invoice that we read in any answer. Amounts are major units as Xero's JSON has them. */
export const invoiceAnswer = z.object({
  invoiceID: z.string().optional(),
  invoiceNumber: z.string().optional(),
  type: z.string().optional(),
  ...documentAnswer,
  updatedDateUTC: z.date().optional(),
  payments: z
    .array(
      z.object({ paymentID: z.string(), reference: z.string().optional(), amount: z.number(), status: z.string().optional() }),
    )
    .optional(),
});

/** An invoice as Xero has it. */
export interface XeroInvoice extends XeroDocument {
  readonly invoiceId: string;
  readonly number: string;
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
    ...asDocument(found),
    updatedAt: found.updatedDateUTC?.toISOString() ?? null,
    payments: (found.payments ?? [])
      .filter(({ status }) => status !== 'DELETED')
      .map(({ paymentID, reference, amount }) => ({ paymentId: paymentID, reference: paymentNamedIn(reference ?? ''), amount })),
  };
};
