import * as z from 'zod';
import { asDocument, documentAnswer, type XeroDocument } from './document-answer.ts';
import { hundredths } from './compared.ts';
import { noSuchId } from './element.ts';
import { creditNoteNamedIn } from './map-credit-note.ts';

/** The fields of a credit note that we read in any answer. */
export const creditNoteAnswer = z.object({
  creditNoteID: z.string().optional(),
  creditNoteNumber: z.string().optional(),
  type: z.string().optional(),
  ...documentAnswer,
  allocations: z
    .array(
      z.object({
        amount: hundredths,
        isDeleted: z.boolean().optional(),
        invoice: z.object({ invoiceID: z.string().default('') }).optional(),
      }),
    )
    .optional(),
  payments: z
    .array(
      z.object({ paymentID: z.string(), reference: z.string().optional(), amount: hundredths, status: z.string().optional() }),
    )
    .optional(),
});

/** A credit note as Xero has it. Allocations and payments are hundredths of a major unit. */
export interface XeroCreditNote extends XeroDocument {
  readonly creditNoteId: string;
  readonly number: string;
  readonly allocations: readonly { readonly invoiceId: string; readonly amount: bigint }[];
  readonly payments: readonly { readonly paymentId: string; readonly reference: string; readonly amount: bigint }[];
}

/** What stands against it: where it is set against invoices, and what of it was paid back. */
export const movedOf = ({
  allocations = [],
  payments = [],
}: Pick<z.infer<typeof creditNoteAnswer>, 'allocations' | 'payments'>): Pick<XeroCreditNote, 'allocations' | 'payments'> => ({
  allocations: allocations
    .filter(({ isDeleted }) => isDeleted !== true)
    .map(({ invoice, amount }) => ({ invoiceId: invoice?.invoiceID ?? '', amount })),
  payments: payments
    .filter(({ status }) => status !== 'DELETED')
    .map(({ paymentID, reference, amount }) => ({ paymentId: paymentID, reference: reference ?? '', amount })),
});

export const asCreditNote = (found: z.infer<typeof creditNoteAnswer>): XeroCreditNote | undefined => {
  if (found.creditNoteID === undefined || found.creditNoteID === noSuchId) return undefined;
  return {
    ...asDocument(found),
    creditNoteId: found.creditNoteID,
    number: found.creditNoteNumber ?? '',
    reference: creditNoteNamedIn(found.reference ?? ''),
    ...movedOf(found),
  };
};
