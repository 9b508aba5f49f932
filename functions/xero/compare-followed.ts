import type { PaymentThere } from '../../shared/domain/compare-payment.ts';
import { findInvoicesThere } from '../../shared/xero/list-invoices.ts';
import { comparePayments } from './compare-payments.ts';
import { together, type Compared } from './compared.ts';
import { followInvoices } from './follow-invoices.ts';
import type { Run } from './run.ts';

// Flow of the comparison: money that moved in Xero, and of which nobody told us, comes in before anything counts as different.

/** Compares payments. Invoices on which money moved are asked for, 40 a call, and followed; then those payments are judged anew. */
export const comparePaymentsFollowed = async (run: Run, found: readonly PaymentThere[]): Promise<Compared> => {
  const first = await comparePayments(run, found);
  const follow = [...new Set(first.follow)];
  if (follow.length === 0) return first;
  await followInvoices(run, await findInvoicesThere(run.books, follow));
  const moved = found.filter(({ invoiceId }) => follow.includes(invoiceId));
  const settled = found.filter(({ invoiceId }) => !follow.includes(invoiceId));
  return together([await comparePayments(run, settled), await comparePayments(run, moved)]);
};
