import type { Lane, WorkKind } from '../../shared/store/waiting-work.ts';

// The kinds of documents that go to Xero, told by their ids, and the work that takes each of them there.

const kinds = {
  ...({ cli: 'contact', inv: 'invoice', quo: 'quote', pay: 'payment' } as const),
  ...({ pot: 'payout', cn_: 'credit-note', bil: 'bill', exp: 'expense' } as const),
};
export type DocumentWork = (typeof kinds)[keyof typeof kinds] & WorkKind;

/** The kind of work that takes a document to Xero. */
export const workOf = (id: string): DocumentWork => kinds[id.slice(0, 3) as keyof typeof kinds];

/** Where a document's work waits when nobody asked for it. */
export const usualLane: Readonly<Record<DocumentWork, Lane>> = {
  contact: 'documents',
  invoice: 'documents',
  quote: 'documents',
  payment: 'payments',
  payout: 'payments',
  'credit-note': 'documents',
  bill: 'documents',
  expense: 'documents',
};
