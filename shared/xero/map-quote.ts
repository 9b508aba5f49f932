import type { Quote } from 'xero-node/dist/gen/model/accounting/quote.js';
import type { QuoteStatusThere } from '../domain/quote-in-xero.ts';
import { cutForXero } from '../domain/text.ts';
import { invoiceFor, type InvoiceForXero, type InvoicePlace } from './map-invoice.ts';

/** What Xero gets to know of a quote: its lines and sums as those of an invoice, its last day as the day on which that is due. */
export interface QuoteForXero extends InvoiceForXero {
  readonly title: string;
  readonly notes: string;
}

const titleMax = 100;
const termsMax = 4000;

/**
 * A quote as Xero takes it, new as a draft, or changed to another status: then everything is said again, because Xero wants that.
 * Totals are never sent. The quote must have no gaps.
 */
export const quoteFor = (
  quote: QuoteForXero,
  place: Omit<InvoicePlace, 'status'>,
  { status, quoteId }: { status: QuoteStatusThere; quoteId?: string | undefined },
): Quote => {
  const like = invoiceFor(quote, { ...place, status: 'DRAFT' });
  const inclusive = quote.lines.some(({ taxIncluded }) => taxIncluded);
  return {
    ...(quoteId === undefined ? {} : { quoteID: quoteId }),
    quoteNumber: quote.number,
    reference: quote.id,
    contact: like.contact,
    date: quote.issueDate,
    expiryDate: quote.dueDate,
    status,
    currencyCode: quote.currency,
    lineAmountTypes: inclusive ? 'INCLUSIVE' : 'EXCLUSIVE',
    lineItems: like.lineItems,
    ...(quote.title === '' ? {} : { title: cutForXero(quote.title, titleMax) }),
    ...(quote.notes === '' ? {} : { terms: cutForXero(quote.notes, termsMax) }),
    // The SDK's enums are numbers to the compiler and texts at run time.
  } as unknown as Quote;
};
