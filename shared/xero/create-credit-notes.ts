import * as z from 'zod';
import type { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import type { Xero } from './client.ts';
import { asCreditNote, creditNoteAnswer, type XeroCreditNote } from './credit-note-answer.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({ creditNotes: z.array(creditNoteAnswer.extend(elementShape)) });

/**
 * Makes credit notes. PUT, never POST: POST with a number that is taken would overwrite the one that has it. One call; outcomes in
 * the order of the credit notes.
 */
export const createCreditNotes = async (
  xero: Xero,
  creditNotes: CreditNote[],
  key: string,
): Promise<Outcome<XeroCreditNote>[]> => {
  const answer = await xero.send(shape, (api, tenantId) =>
    api.createCreditNotes(tenantId, { creditNotes }, false, undefined, key),
  );
  return sameLength(creditNotes, answer.creditNotes).map((element) => outcomeOf(element, asCreditNote));
};
