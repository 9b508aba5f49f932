import { statusAfter, type InvoiceState, owedOf } from './invoice.ts';
import { unitsOf } from './money.ts';
import { refuse } from './refusal.ts';

/** An invoice that may be on its way back to a draft: `voiding` with this mark. */
export type Returning = InvoiceState & { returning?: boolean | undefined };

/**
 * Begins to turn an issued invoice back into a draft, which keeps its number: at once when Xero never got it, else it is `voiding`
 * until the unapproved document there is gone. One that is a draft, or on its way, stays as it is. Refuses one with money or credit
 * notes on it (`invoice-has-payments`), and one that was never issued or is void.
 */
export function startReturn<I extends Returning>(invoice: I, { pushed }: { pushed: boolean }): I {
  const { status, paid, credited, number } = invoice;
  if (status === 'draft' && number !== null) return invoice;
  if (status === 'voiding' && invoice.returning) return invoice;
  if (status === 'void' || status === 'voiding') refuse('invoice-void', `The invoice is ${status}`, { invoiceStatus: status });
  if (status !== 'issued' && status !== 'partially-paid' && status !== 'paid')
    refuse('invoice-not-issued', `A ${status} invoice can't go back to a draft`, { invoiceStatus: status });
  if (unitsOf(paid) !== 0n || (credited && unitsOf(credited) !== 0n))
    refuse('invoice-has-payments', 'The invoice has payments or credit notes; only a credit note can correct it', { paid });
  return pushed ? { ...invoice, status: 'voiding', returning: true } : { ...invoice, status: 'draft' };
}

/** It is gone in Xero. What was paid meanwhile keeps it issued: then it has to get there once more. */
export function confirmReturn<I extends Returning>(invoice: I): I {
  const back = { ...invoice, returning: undefined };
  return unitsOf(invoice.paid) === 0n ? { ...back, status: 'draft' } : standing(back);
}

/** It was approved in Xero meanwhile: it stands as if nobody had asked. */
export function refuseReturn<I extends Returning>(invoice: I): I {
  return standing({ ...invoice, returning: undefined });
}

function standing<I extends Returning>(invoice: I): I {
  return { ...invoice, status: statusAfter(owedOf(invoice), invoice.paid) };
}
