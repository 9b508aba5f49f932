import * as z from 'zod';
import type { Xero } from './client.ts';

const shape = z.object({ invoices: z.array(z.object({ invoiceNumber: z.string().optional() })) });
const latest = 100;

/** The numbers of the sales invoices that were made or changed last. One call. */
export const listLatestNumbers = async (xero: Xero): Promise<string[]> => {
  const { invoices } = await xero.send(shape, (api, tenantId) =>
    api.getInvoices(
      tenantId,
      undefined,
      'Type=="ACCREC"',
      'UpdatedDateUTC DESC',
      undefined,
      undefined,
      undefined,
      undefined,
      1,
      undefined,
      undefined,
      undefined,
      undefined,
      latest,
    ),
  );
  return invoices.flatMap(({ invoiceNumber }) => invoiceNumber ?? []);
};
