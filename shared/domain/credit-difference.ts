import type { Difference } from './discrepancy.ts';
import { hundredthsOf } from './hundredths.ts';
import { balanceOf, type InvoiceState } from './invoice.ts';
import { compareMoney, negate, subtract, unitsOf, type Money } from './money.ts';
import { hundredthsMoneyText, moneyText } from './money-text.ts';

/**
 * What a credit note must be about so that an invoice comes to what somebody has lowered it to in Xero. `creditedOnlyHere` is what
 * was credited in this way before. Undefined where that is no way out: the difference is another one, was found when the invoice
 * said something else, can't be said to the cent, or is more than is still due; what was paid is never credited so.
 */
export function creditFor(
  { kind, system, subject, documentId, ours, theirs, amount }: Difference,
  invoice: InvoiceState & { id: string },
  creditedOnlyHere: Money,
): Money | undefined {
  const isOne = kind === 'amount' && system === 'xero' && subject === 'invoice' && documentId === invoice.id;
  if (!isOne || amount === null || amount.currency !== invoice.total.currency || unitsOf(amount) >= 0n) return undefined;
  if (invoice.status !== 'issued' && invoice.status !== 'partially-paid') return undefined;
  const credit = negate(amount);
  const here = subtract(invoice.total, creditedOnlyHere);
  const left = hundredthsOf(subtract(here, credit));
  const { currency } = amount;
  if (ours !== moneyText(here) || left === undefined || theirs !== hundredthsMoneyText(left, currency)) return undefined;
  return compareMoney(credit, balanceOf(invoice).due) > 0 ? undefined : credit;
}
