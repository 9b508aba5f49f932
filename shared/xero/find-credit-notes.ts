import * as z from 'zod';
import type { Xero } from './client.ts';
import { asCreditNote, creditNoteAnswer, type XeroCreditNote } from './credit-note-answer.ts';

const shape = z.object({ creditNotes: z.array(creditNoteAnswer) });

/** Numbers can only be asked for by a filter, whose length the address of a request limits. */
export const creditNumbersPerCall = 20;
const pageSize = 100;

/** Credit notes for sales invoices by number, voided and deleted ones too. One call for each 20 numbers. */
export const findCreditNotesByNumber = async (xero: Xero, numbers: readonly string[]): Promise<XeroCreditNote[]> => {
  const found: XeroCreditNote[] = [];
  for (let start = 0; start < numbers.length; start += creditNumbersPerCall) {
    const where = numbers
      .slice(start, start + creditNumbersPerCall)
      .map((number) => `CreditNoteNumber=="${number.replaceAll('"', '')}"`)
      .join(' OR ');
    const { creditNotes } = await xero.send(shape, (api, tenantId) =>
      api.getCreditNotes(tenantId, undefined, where, undefined, 1, undefined, pageSize),
    );
    found.push(...creditNotes.filter(({ type }) => type !== 'ACCPAYCREDIT').flatMap((one) => asCreditNote(one) ?? []));
  }
  return found;
};
