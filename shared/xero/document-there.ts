import * as z from 'zod';
import type { DocumentThere } from '../domain/compare-document.ts';
import { day, hundredths } from './compared.ts';
import { XeroError } from './failure.ts';
import { unclearIn } from './understood.ts';

/** The fields that invoices, bills, credit notes, quotes and bank transactions have in common, as far as they are compared. */
export const documentFields = {
  type: z.string().optional(),
  reference: z.string().default(''),
  status: z.string().default(''),
  contact: z.object({ contactID: z.string().default(''), name: z.string().default('') }).optional(),
  currencyCode: z.string().default(''),
  date: day,
  dueDate: day,
  subTotal: hundredths,
  totalTax: hundredths,
  total: z.number().optional(),
  lineItems: z
    .array(
      z.object({
        description: z.string().default(''),
        quantity: z.number().default(0),
        lineAmount: hundredths,
        taxAmount: hundredths,
      }),
    )
    .default([]),
  updatedDateUTC: z.date().optional(),
};

/** What of an answer is compared, whatever kind of document it is. */
export const documentThere = (found: z.infer<z.ZodObject<typeof documentFields>>, number: string): DocumentThere => ({
  ...{ number, reference: found.reference, status: found.status, currency: found.currencyCode },
  ...{ contactId: found.contact?.contactID ?? '', contactName: found.contact?.name ?? '' },
  ...{ date: found.date, dueDate: found.dueDate, subtotal: found.subTotal, tax: found.totalTax },
  total: hundredths.parse(found.total),
  lines: found.lineItems.map(({ description, quantity, lineAmount, taxAmount }) => ({
    ...{ description, quantity, amount: lineAmount, tax: taxAmount },
  })),
  updatedAt: found.updatedDateUTC?.toISOString() ?? null,
});

/** What of it is not understood, if anything is. */
export const unclear = (found: Parameters<typeof unclearIn>[0]): Pick<DocumentThere, 'unclear'> => {
  const what = unclearIn(found);
  return what === undefined ? {} : { unclear: what };
};

/** What was asked for by its id; undefined only when Xero says in so many words that there is no such one. */
export const theOneOrNone = async <T>(read: () => Promise<T | undefined>): Promise<T | undefined> => {
  try {
    const found = await read();
    if (found === undefined) throw new XeroError({ status: 200, code: 'bad-answer' });
    return found;
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-found') return undefined;
    throw error;
  }
};
