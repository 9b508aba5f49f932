import { lineForItem, type Line } from './invoice-lines.ts';
import { add, compareMoney, isSame, subtract, unitsOf, type AmountStep, type Money } from './money.ts';
import { refuse, refuseFields } from './refusal.ts';
import type { TaxRule } from './tax.ts';

/** What was paid in for a job, and what of it was released to be invoiced. */
export type Escrow = { funded: Money; released: Money };

/** Money that came in for a job, under an id that whoever holds the money gave. */
export type Funding = { id: string; jobId: string; amount: Money };
/** Money that was released for what a member has done. */
export type Release = { id: string; jobId: string; memberId: string; amount: Money };

/** A job as escrow judges it. */
export type FundedJob = { id: string; billing: 'hourly' | 'fixed'; currency: string };

/** Refuses escrow on a job that isn't billed by a fixed price (`job-not-fixed`), and money that isn't in the job's currency. */
export function requireEscrow(job: FundedJob, amount: Money): void {
  if (job.billing !== 'fixed') refuse('job-not-fixed', 'Only a job with a fixed price is funded by escrow', { jobId: job.id });
  if (amount.currency !== job.currency)
    refuseFields({ path: 'amount.currency', message: `must be ${job.currency}, the currency of the job` });
  if (unitsOf(amount) <= 0n) refuseFields({ path: 'amount.amount', message: 'must be more than nothing' });
}

/** After money came in. */
export function fund({ funded, released }: Escrow, amount: Money): Escrow {
  return { funded: add(funded, amount), released };
}

/** After money was released. Refuses more than what is funded and not released yet (`escrow-not-funded`, with what is there). */
export function release({ funded, released }: Escrow, amount: Money): Escrow {
  const available = availableOf({ funded, released });
  if (compareMoney(amount, available) > 0)
    refuse('escrow-not-funded', 'More can not be released than was funded; the rest goes when more is funded', { available });
  return { funded, released: add(released, amount) };
}

/** What could still be released. */
export function availableOf({ funded, released }: Escrow): Money {
  return subtract(funded, released);
}

/** Whether a second telling under one id says the same as the first. */
export function isSameMove(a: Funding & { memberId?: string }, b: Funding & { memberId?: string }): boolean {
  return a.id === b.id && a.jobId === b.jobId && a.memberId === b.memberId && isSame(a.amount, b.amount);
}

/**
 * The one line of a release's invoice: exactly what was released, which holds its tax. Where the amount is finer than the step that
 * the books can say, it stays as it is all the same: the money has moved.
 */
export function releaseLine(
  id: string,
  { memberId, amount }: Release,
  {
    description,
    serviceId,
    taxRule,
    step,
  }: { description: string; serviceId: string | null; taxRule: TaxRule; step: AmountStep },
): Line {
  const exact = amount.amount % step === 0 ? step : 1;
  const item = { description, quantity: '1', unitPrice: amount, serviceId };
  return { ...lineForItem(id, item, { taxRule, step: exact, taxIncluded: true }), memberId };
}
