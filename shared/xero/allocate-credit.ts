import * as z from 'zod';
import type { Xero } from './client.ts';
import { elementShape, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({ allocations: z.array(z.object({ amount: z.number().optional(), ...elementShape })) });

/** A part of a credit note that is set against an invoice. Ids are Xero's; the amount is in major units. */
export interface CreditAllocation {
  readonly creditNoteId: string;
  readonly invoiceId: string;
  readonly amount: number;
  readonly date: string;
}

/** Sets a part of an approved credit note against an approved invoice of the same contact. One call. */
export const allocateCredit = async (
  xero: Xero,
  { creditNoteId, invoiceId, amount, date }: CreditAllocation,
  key: string,
): Promise<Outcome<true>> => {
  const allocations = [{ amount, date, invoice: { invoiceID: invoiceId } }];
  const answer = await xero.send(shape, (api, tenantId) =>
    api.createCreditNoteAllocation(tenantId, creditNoteId, { allocations }, false, key),
  );
  const [outcome] = sameLength(allocations, answer.allocations).map((element) => outcomeOf(element, () => true as const));
  return outcome ?? { ok: false, messages: [] };
};
