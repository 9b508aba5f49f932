import * as z from 'zod';
import type { DocumentThere } from '../domain/compare-document.ts';
import type { Xero } from './client.ts';
import { pageOf, type Listed, type PageAsked } from './compared.ts';
import { creditNoteAnswer, movedOf, type XeroCreditNote } from './credit-note-answer.ts';
import { documentFields, documentThere, theOneOrNone, unclear } from './document-there.ts';
import { creditNoteNamedIn } from './map-credit-note.ts';

/** A credit note for a sales invoice as Xero has it. Amounts are hundredths of a major unit. */
export type CreditNoteThere = DocumentThere & Pick<XeroCreditNote, 'creditNoteId' | 'allocations' | 'payments'>;

const { allocations, payments } = creditNoteAnswer.shape;
const compared = z
  .object({ ...documentFields, creditNoteID: z.string(), creditNoteNumber: z.string().default(''), allocations, payments })
  .transform((found): CreditNoteThere => ({
    ...documentThere({ ...found, reference: creditNoteNamedIn(found.reference) }, found.creditNoteNumber),
    ...unclear({ type: found.type, status: found.status, total: found.total }),
    ...movedOf(found),
    creditNoteId: found.creditNoteID,
  }));
const shape = z.object({
  creditNotes: z.array(compared),
  pagination: z.object({ pageCount: z.number().optional() }).optional(),
});

/** One page of 1,000 credit notes for sales invoices, with lines, allocations and refunds, voided ones too. One call. */
export const listCreditNotes = (xero: Xero, asked: PageAsked): Promise<Listed<CreditNoteThere>> =>
  pageOf(asked, async ({ page, changedSince, pageSize }) => {
    const order = changedSince === undefined ? 'CreditNoteID ASC' : 'UpdatedDateUTC ASC, CreditNoteID ASC';
    const { creditNotes, pagination } = await xero.send(shape, (api, tenantId) =>
      api.getCreditNotes(tenantId, changedSince, 'Type=="ACCRECCREDIT"', order, page, undefined, pageSize),
    );
    return { found: creditNotes, pageCount: pagination?.pageCount };
  });

/**
 * One credit note by its id, with its allocations and refunds; undefined only when Xero says in so many words that there is no such
 * one. One call.
 */
export const readCreditNoteThere = (xero: Xero, id: string): Promise<CreditNoteThere | undefined> =>
  theOneOrNone(async () => {
    const { creditNotes } = await xero.send(shape, (api, tenantId) => api.getCreditNote(tenantId, id));
    return creditNotes.find((one) => one.creditNoteId === id);
  });
