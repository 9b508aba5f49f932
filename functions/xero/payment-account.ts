import type { Payment } from '../../shared/store/payments.ts';
import type { Run } from './run.ts';

/** The account in Xero on which money of a kind stands, and from which it goes back; null when none is chosen. */
export const accountFor = ({ settings }: Run, { method }: Pick<Payment, 'method'>): string | null => {
  if (method === 'card') return settings.stripeAccount ?? settings.paymentAccount;
  if (method === 'escrow') return settings.escrowAccount ?? settings.paymentAccount;
  return settings.paymentAccount;
};
