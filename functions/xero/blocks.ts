import type { MappingGap } from '../../shared/xero/map-invoice.ts';
import type { Block } from './settle.ts';

// Why a document can't go on in Xero, and what a person can do about it: what several senders say in the same words.

/** Xero's own words. */
export const saidBy = (messages: readonly string[]): string => messages.join(' ') || 'it gave no reason';

const mendWhatXeroNames = 'Mend what Xero names, in Xero or in the settings, then try again.';

/** @param what what Xero refused, as in "Xero refused the quote". */
export const refusedByXero = (what: string, messages: readonly string[], mend = mendWhatXeroNames): Block => ({
  code: 'refused-by-xero',
  reason: `Xero refused ${what}: ${saidBy(messages)}`,
  mend,
});

/** @param what the documents of the switch, as the settings call them. */
export const syncIsOff = (what: 'invoices' | 'payments' | 'quotes', and = ''): Block => ({
  code: 'sync-off',
  reason: `${what.charAt(0).toUpperCase()}${what.slice(1)}${and} are not sent to Xero at present`,
  mend: `Switch the sync of ${what} on, then try again.`,
});

/** What has to be chosen in the settings first. */
export const mappingMissing = (field: string, reason: string): Block => ({
  code: 'mapping-missing',
  reason: `${reason} (${field})`,
  mend: `Choose it in the settings for Xero (${field}), then try again.`,
});

/** What keeps a document from being said in Xero: something to choose, or `otherwise` what can be done about it. */
export const gapBlock = ({ code, field, reason }: MappingGap, otherwise: string): Block =>
  code === 'mapping-missing' ? mappingMissing(field, reason) : { code, reason: `${reason} (${field})`, mend: otherwise };

/** A foreign document holds the number: it is never overwritten. */
export const numberTaken = (what: 'invoice' | 'quote' | 'credit note', number: string, also = ''): Block => ({
  code: 'number-taken',
  reason: `Another ${what} in Xero has the number ${number} already`,
  mend: `Change the number of that ${what} in Xero, then try again${also}.`,
});

/** Xero's words only say whether looking for the number is worth a call; what is found decides. */
export const mayBeTaken = (messages: readonly string[]): boolean =>
  messages.length === 0 || messages.some((message) => /#|unique|number/i.test(message));

export const amountNotSayable = (what: string, mend: string): Block => ({
  code: 'amount-not-sayable',
  reason: `Xero has 2 decimals only, and ${what} needs more`,
  mend,
});

/** @param what what Xero reckons. */
export const totalDiffers = (what: string, words: string, mend: string): Block => ({
  code: 'total-differs',
  reason: `Xero reckons ${what} differently: ${words}`,
  mend,
});

type BehindInvoice = 'payment' | 'credit note';

/** The invoice of a payment or a credit note stays out of the books. */
export const invoiceNotThere = (number: string | null, what: BehindInvoice): Block => ({
  code: 'invoice-not-in-xero',
  reason: `Invoice ${number ?? ''} was made without a connection to Xero`,
  mend: `Send the invoice to Xero. The ${what} then goes on by itself.`,
});

export const waitsForInvoice = (number: string | null, what: BehindInvoice): Block => ({
  code: 'waiting-for-invoice',
  reason: `Waits for invoice ${number ?? ''}, which can't be sent to Xero yet`,
  mend: `See what holds the invoice up. The ${what} then goes on by itself.`,
});

export const awaitsApproval = (number: string | null, what: BehindInvoice): Block => ({
  code: 'waiting-for-approval',
  reason: `Waits until invoice ${number ?? ''} is approved in Xero`,
  mend: `Approve the invoice in Xero. The ${what} then goes on by itself.`,
});
