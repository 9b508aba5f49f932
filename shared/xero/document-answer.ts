import * as z from 'zod';

// What every answer about an invoice, a quote or a credit note says in the same way.

/** Their fields. Amounts are major units as Xero's JSON has them. */
export const documentAnswer = {
  reference: z.string().optional(),
  status: z.string().optional(),
  contact: z.object({ contactID: z.string().optional() }).optional(),
  currencyCode: z.string().optional(),
  subTotal: z.number().optional(),
  totalTax: z.number().optional(),
  total: z.number().optional(),
};

/** What such a document says of itself. */
export interface XeroDocument {
  readonly reference: string;
  readonly status: string;
  /** Empty when Xero didn't say. */
  readonly contactId: string;
  readonly currency: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
}

export const asDocument = (found: z.infer<z.ZodObject<typeof documentAnswer>>): XeroDocument => ({
  reference: found.reference ?? '',
  status: found.status ?? '',
  contactId: found.contact?.contactID ?? '',
  currency: found.currencyCode ?? '',
  subtotal: found.subTotal ?? 0,
  tax: found.totalTax ?? 0,
  total: found.total ?? 0,
});
