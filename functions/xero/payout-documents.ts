import { hundredthsOf } from '../../shared/domain/hundredths.ts';
import { isReturned } from '../../shared/domain/payout.ts';
import type { Payout } from '../../shared/store/payouts.ts';
import { findTransfers, type TransferThere } from '../../shared/xero/bank-transfers.ts';
import { findFees, type FeesThere } from '../../shared/xero/fee-transactions.ts';
import type { Run } from './run.ts';

// What of a payout stands in Xero, and what has to be done next so that it stands there as it stands here. Xero's amounts are hundredths.

/** The documents of a payout there, each made once: its fees, what went to the bank, and what came back of that. */
export const steps = { fees: 1, transfer: 2, return: 3 } as const;
export type Step = keyof typeof steps;

/** Our id with what the document is: by it a document is found again. */
export const referenceOf = ({ id }: Pick<Payout, 'id'>, step: Step): string =>
  step === 'transfer' ? id : step === 'fees' ? `${id}-fees` : `${id}-back`;

export interface PayoutThere {
  readonly fees: readonly FeesThere[];
  readonly transfers: readonly TransferThere[];
}

/** Looks at what stands there of a payout. Two calls. */
export const lookAtPayout = async ({ books }: Run, payout: Payout): Promise<PayoutThere> => ({
  fees: payout.fees === null ? [] : await findFees(books, referenceOf(payout, 'fees')),
  transfers: await findTransfers(books, [referenceOf(payout, 'transfer'), referenceOf(payout, 'return')]),
});

/** Whether what a step makes stands there, when its answer was lost. One call. */
export const isBooked = async ({ books }: Run, id: string, version: number): Promise<boolean> => {
  if (version === steps.fees) return (await findFees(books, referenceOf({ id }, 'fees'))).length > 0;
  const step = version === steps.transfer ? 'transfer' : 'return';
  return (await findTransfers(books, [referenceOf({ id }, step)])).length > 0;
};

export type PayoutAction =
  | { readonly do: 'make'; readonly step: Step; /** Signed: below nothing it goes the other way. */ readonly amount: bigint }
  | { readonly do: 'delete-fees'; readonly id: string }
  | { readonly do: 'not-sayable' }
  | undefined;

/** The next thing to do; undefined when all stands as it should. Of a payout that came back nothing is left in sum. */
export const nextFor = (payout: Payout, there: PayoutThere): PayoutAction => {
  const fees = payout.fees && hundredthsOf(payout.fees);
  const amount = hundredthsOf(payout.amount);
  if (fees === undefined || amount === undefined) return { do: 'not-sayable' };
  const [standing] = there.fees;
  const booked = there.fees.reduce((sum, one) => sum + one.amount, 0n);
  if (fees !== null && booked !== fees)
    return standing ? { do: 'delete-fees', id: standing.id } : { do: 'make', step: 'fees', amount: fees };
  const stands = (step: Step): boolean => there.transfers.some(({ reference }) => reference === referenceOf(payout, step));
  const returned = isReturned(payout.status);
  if (!returned && amount !== 0n && !stands('transfer')) return { do: 'make', step: 'transfer', amount };
  if (returned && stands('transfer') && !stands('return')) return { do: 'make', step: 'return', amount: -amount };
  return undefined;
};

/** What stands there once an action is done. */
export const afterAction = (payout: Payout, there: PayoutThere, action: NonNullable<PayoutAction>, id: string): PayoutThere => {
  if (action.do === 'delete-fees') return { ...there, fees: there.fees.filter((one) => one.id !== action.id) };
  if (action.do !== 'make') return there;
  const made = { id, reference: referenceOf(payout, action.step), amount: action.amount };
  return action.step === 'fees' ? { ...there, fees: [...there.fees, made] } : { ...there, transfers: [...there.transfers, made] };
};
