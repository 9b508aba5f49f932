import type { Difference, DriftKind } from '../domain/discrepancy.ts';
import { toDecimal, type Money } from '../domain/money.ts';
import type { XeroInvoice } from './invoice-answer.ts';
import { totalsThatDiffer } from './map-invoice.ts';

/** Our side of an invoice that stands in Xero. */
export interface OurInvoice {
  readonly id: string;
  readonly number: string | null;
  readonly currency: string;
  readonly issueDate: string | null;
  readonly subtotal: Money;
  readonly tax: Money;
  readonly total: Money;
}

/** How Xero had it when it got there, or when it was last agreed upon; null for what isn't known. */
export interface AgreedContent {
  readonly contactId: string | null;
  readonly lines: string | null;
}

/** The kinds that `contentDifferences` can find; whoever closes differences that are gone closes these. */
export const contentKinds = ['currency', 'amount', 'tax', 'date', 'contact', 'line'] as const satisfies readonly DriftKind[];

/**
 * What of an invoice's content is different in Xero from what was issued here: never taken over, never overwritten. An edited line
 * that changes a sum is told as that sum alone.
 */
export const contentDifferences = (ours: OurInvoice, agreed: AgreedContent, there: XeroInvoice): Difference[] => {
  const named = {
    system: 'xero',
    subject: 'invoice',
    documentId: ours.id,
    outsideId: there.invoiceId,
    number: ours.number,
  } as const;
  const said = (kind: DriftKind, rest: Pick<Difference, 'ours' | 'theirs' | 'amount' | 'cause'>): Difference => ({
    ...named,
    kind,
    ...rest,
  });
  const found: Difference[] = [];
  if (there.currency !== ours.currency)
    found.push(said('currency', { ours: ours.currency, theirs: there.currency, amount: null, cause: edited('currency') }));
  const sums = there.currency === ours.currency ? differentSum(ours, there, said) : undefined;
  if (sums) found.push(sums);
  if (ours.issueDate !== null && there.date !== null && there.date !== ours.issueDate)
    found.push(said('date', { ours: ours.issueDate, theirs: there.date, amount: null, cause: edited('date') }));
  if (agreed.contactId !== null && there.contactId !== null && there.contactId !== agreed.contactId)
    found.push(said('contact', { ours: agreed.contactId, theirs: there.contactId, amount: null, cause: edited('contact') }));
  const rewritten = agreed.lines !== null && there.lines !== null && there.lines !== agreed.lines;
  if (rewritten && found.every(({ kind }) => kind !== 'amount' && kind !== 'tax' && kind !== 'currency'))
    found.push(said('line', { ours: 'as issued', theirs: `edited (${there.lines})`, amount: null, cause: edited('line') }));
  return found;
};

const edited = (what: string): string => `Somebody edited the ${what} of the invoice in Xero.`;

const differentSum = (
  ours: OurInvoice,
  there: XeroInvoice,
  said: (kind: DriftKind, rest: Pick<Difference, 'ours' | 'theirs' | 'amount' | 'cause'>) => Difference,
): Difference | undefined => {
  const sums = totalsThatDiffer(ours, there);
  const differs = (name: string): boolean => sums.some(({ sum }) => sum === name);
  // Where prices include tax, another tax leaves the total and moves the subtotal.
  const byTaxAlone = differs('tax') && !(differs('subtotal') && differs('total'));
  const shown = byTaxAlone ? 'tax' : 'total';
  const [first] = sums;
  if (!first) return undefined;
  const theirs = (byTaxAlone ? there.tax : there.total).toFixed(2);
  return said(byTaxAlone ? 'tax' : 'amount', {
    ours: toDecimal(ours[shown]),
    theirs,
    amount: ours[shown],
    cause: `The invoice adds up to another ${shown} in Xero: a line was edited there, or a tax type has another rate.`,
  });
};
