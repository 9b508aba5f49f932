import * as z from 'zod';
import { keys } from './keys.ts';
import type { Item } from './write.ts';

const record = z.object({
  id: z.string(),
  status: z.enum(['collecting', 'draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void', 'abandoned']),
  number: z.string().nullable().default(null),
});

/** What a time entry must know of the invoice that has taken it: whether it is held or billed, and how to name it. */
export type InvoiceStanding = z.infer<typeof record>;

export const invoiceStandingKey = keys.invoice;
export const parseInvoiceStanding = (item: Item): InvoiceStanding => record.parse(item);
