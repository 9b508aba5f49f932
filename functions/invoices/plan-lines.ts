import { consecutiveIds } from '../../shared/domain/consecutive-ids.ts';
import { lineForItem, linesForEntries, type GroupBy, type Line } from '../../shared/domain/invoice-lines.ts';
import { lineForExpense } from '../../shared/domain/expense.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import type { Money } from '../../shared/domain/money.ts';
import type { Gathered } from './gather-entries.ts';
import type { InvoiceTerms } from './plan-invoice.ts';

/** The lines of an invoice from time and expenses, by the client's rounding and the tax rule found. */
export const timeLines = (
  terms: InvoiceTerms,
  { entries, expenses }: Pick<Gathered, 'entries' | 'expenses'>,
  groupBy: GroupBy,
  newId: (prefix: string) => string,
): Line[] => {
  const nextId = consecutiveIds(newId('lin'));
  const { taxRule, step, pricesIncludeTax: taxIncluded } = terms;
  const times = linesForEntries(entries, {
    taxRule: terms.taxRule,
    step: terms.step,
    taxIncluded: terms.pricesIncludeTax,
    rounding: terms.client.timeRounding,
    groupBy,
    nextId,
  });
  return [...times, ...expenses.map((expense) => lineForExpense(nextId(), expense, { taxRule, step, taxIncluded }))];
};

/** The kinds of work that lines written by hand name. */
export const servicesOf = (items: readonly { serviceId?: string | null | undefined }[]): string[] =>
  items.flatMap(({ serviceId }) => serviceId ?? []);

/** The lines of an invoice that somebody wrote by hand. Every price must be in the invoice's currency. */
export const freeLines = (
  terms: Pick<InvoiceTerms, 'currency' | 'taxRule' | 'step'> & Partial<Pick<InvoiceTerms, 'pricesIncludeTax'>>,
  items: readonly { description: string; quantity: string; unitPrice: Money; serviceId?: string | null | undefined }[],
  newId: (prefix: string) => string,
): Line[] => {
  const nextId = consecutiveIds(newId('lin'));
  const { taxRule, step, pricesIncludeTax: taxIncluded } = terms;
  return items.map((item, place) => {
    if (item.unitPrice.currency !== terms.currency)
      return refuseFields({
        path: `lines.${place}.unitPrice.currency`,
        message: `must be ${terms.currency}, the currency of the document`,
      });
    return lineForItem(nextId(), item, { taxRule, step, taxIncluded });
  });
};
