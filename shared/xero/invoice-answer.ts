import { createHash } from 'node:crypto';
import * as z from 'zod';
import { noSuchId } from './element.ts';

/** A day: the SDK hands out an instant where Xero wrote one, and text where it wrote text. */
export const dayAnswer = z.union([z.date(), z.string()]);

const line = z.object({
  description: z.string().optional(),
  quantity: z.number().optional(),
  unitAmount: z.number().optional(),
  lineAmount: z.number().optional(),
  accountCode: z.string().optional(),
  taxType: z.string().optional(),
  taxAmount: z.number().optional(),
});

const credit = {
  appliedAmount: z.number().optional(),
  date: dayAnswer.optional(),
};

/** The fields of an invoice that we read in any answer. Amounts are major units as Xero's JSON has them. */
export const invoiceAnswer = z.object({
  invoiceID: z.string().optional(),
  invoiceNumber: z.string().optional(),
  reference: z.string().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  currencyCode: z.string().optional(),
  contact: z.object({ contactID: z.string().optional() }).optional(),
  date: dayAnswer.optional(),
  dueDate: dayAnswer.optional(),
  lineItems: z.array(line).optional(),
  subTotal: z.number().optional(),
  totalTax: z.number().optional(),
  total: z.number().optional(),
  updatedDateUTC: z.date().optional(),
  payments: z
    .array(
      z.object({
        paymentID: z.string(),
        reference: z.string().optional(),
        amount: z.number(),
        status: z.string().optional(),
        date: dayAnswer.optional(),
      }),
    )
    .optional(),
  creditNotes: z
    .array(z.object({ creditNoteID: z.string().optional(), creditNoteNumber: z.string().optional(), ...credit }))
    .optional(),
  overpayments: z.array(z.object({ overpaymentID: z.string().optional(), ...credit })).optional(),
  prepayments: z.array(z.object({ prepaymentID: z.string().optional(), ...credit })).optional(),
});

/** What stands against an invoice in Xero without being a payment: part of a credit note, overpayment or prepayment. */
export interface XeroCredit {
  readonly sourceId: string;
  /** For people: what it is, with its number where it has one. */
  readonly name: string;
  readonly amount: number;
  readonly date: string | null;
}

/** An invoice as Xero has it. Days are YYYY-MM-DD. */
export interface XeroInvoice {
  readonly invoiceId: string;
  readonly number: string;
  readonly reference: string;
  readonly status: string;
  readonly currency: string;
  readonly contactId: string | null;
  readonly date: string | null;
  readonly dueDate: string | null;
  /** What its lines say, as one short text that is another when any of them was edited; null in an answer without lines. */
  readonly lines: string | null;
  readonly subtotal: number;
  readonly tax: number;
  readonly total: number;
  readonly updatedAt: string | null;
  readonly payments: readonly {
    readonly paymentId: string;
    readonly reference: string;
    readonly amount: number;
    readonly date: string | null;
  }[];
  /** One for each source, however often it was allocated. */
  readonly credits: readonly XeroCredit[];
}

type Answer = z.infer<typeof invoiceAnswer>;

export const asInvoice = (found: Answer): XeroInvoice | undefined => {
  if (found.invoiceID === undefined || found.invoiceID === noSuchId) return undefined;
  return {
    invoiceId: found.invoiceID,
    number: found.invoiceNumber ?? '',
    reference: found.reference ?? '',
    status: found.status ?? '',
    currency: found.currencyCode ?? '',
    contactId: found.contact?.contactID ?? null,
    date: dayOf(found.date),
    dueDate: dayOf(found.dueDate),
    lines: found.lineItems && found.lineItems.length > 0 ? fingerprint(found.lineItems) : null,
    subtotal: found.subTotal ?? 0,
    tax: found.totalTax ?? 0,
    total: found.total ?? 0,
    updatedAt: found.updatedDateUTC?.toISOString() ?? null,
    payments: (found.payments ?? [])
      .filter(({ status }) => status !== 'DELETED')
      .map(({ paymentID, reference, amount, date }) => ({
        paymentId: paymentID,
        reference: reference ?? '',
        amount,
        date: dayOf(date),
      })),
    credits: creditsOf(found),
  };
};

/** The day in a field, null for none. */
export const dayOf = (found: Date | string | undefined): string | null =>
  found === undefined ? null : (typeof found === 'string' ? found : found.toISOString()).slice(0, 10);

const fingerprint = (lines: readonly z.infer<typeof line>[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(
        lines.map(({ description, quantity, unitAmount, lineAmount, accountCode, taxType, taxAmount }) => [
          description,
          quantity,
          unitAmount,
          lineAmount,
          accountCode,
          taxType,
          taxAmount,
        ]),
      ),
    )
    .digest('base64url')
    .slice(0, 22);

const creditsOf = ({ creditNotes = [], overpayments = [], prepayments = [] }: Answer): XeroCredit[] => {
  const all = [
    ...creditNotes.map((one) => ({ ...one, id: one.creditNoteID, name: `Credit note ${one.creditNoteNumber ?? ''}`.trim() })),
    ...overpayments.map((one) => ({ ...one, id: one.overpaymentID, name: 'Overpayment' })),
    ...prepayments.map((one) => ({ ...one, id: one.prepaymentID, name: 'Prepayment' })),
  ];
  const bySource = new Map<string, XeroCredit>();
  for (const { id, name, appliedAmount = 0, date } of all) {
    if (id === undefined || appliedAmount === 0) continue;
    const before = bySource.get(id);
    // Amounts have 2 decimals: summed as whole cents, so that no cent is lost.
    const amount = (Math.round((before?.amount ?? 0) * 100) + Math.round(appliedAmount * 100)) / 100;
    bySource.set(id, { sourceId: id, name, amount, date: before?.date ?? dayOf(date) });
  }
  return [...bySource.values()];
};
