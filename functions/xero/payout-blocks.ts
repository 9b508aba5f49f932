import { amountNotSayable } from './blocks.ts';
import type { Block } from './settle.ts';

// Why a payout can't be booked in Xero, and what a person can do about it.

const purposes = {
  stripeAccount: 'card payments stand on until they are paid out',
  payoutAccount: 'Stripe pays out to',
  feeAccount: "Stripe's fees are booked on",
} as const;

export const accountMissing = (field: keyof typeof purposes): Block => ({
  code: 'mapping-missing',
  reason: `No account in Xero is chosen that ${purposes[field]} (${field})`,
  mend: `Choose it in the settings for Xero (${field}). What waits goes on by itself.`,
});

export const sameAccount = (code: string): Block => ({
  code: 'mapping-missing',
  reason: `Card payments and payouts have the same account (${code}), so that there is nothing to transfer`,
  mend: 'Choose another stripeAccount or payoutAccount in the settings for Xero.',
});

export const notABank = (code: string): Block => ({
  code: 'mapping-missing',
  reason: `Account ${code} is not an active bank account in Xero, and only between those can payouts be transferred`,
  mend: 'Choose bank accounts in the settings for Xero (stripeAccount, payoutAccount).',
});

export const accountsDiffer = (code: string, currency: string, wanted: string): Block => ({
  code: 'currency-differs',
  reason: `The payout is in ${wanted}, but bank account ${code} in Xero is kept in ${currency}`,
  mend: 'Book this payout and its fees in Xero by hand.',
});

export const notSayable = amountNotSayable('this amount', 'Book this payout and its fees in Xero by hand.');

export const contactUnknown: Block = {
  code: 'contact-unknown',
  reason: 'Fees need a supplier in Xero, and there is no contact there named Stripe',
  mend: 'Add a contact named Stripe in Xero, then try again; or let contacts be made (contactPolicy).',
};

export const feesMatched = (messages: readonly string[]): Block => ({
  code: 'reconciled-in-xero',
  reason: `The fees of this payout have changed, and what is booked can't be taken back: ${messages.join(' ')}`,
  mend: 'Undo what the transaction is matched with in Xero, then try again.',
});
