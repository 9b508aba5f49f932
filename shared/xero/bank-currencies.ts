import * as z from 'zod';
import type { Xero } from './client.ts';

const shape = z.object({
  accounts: z.array(
    z.object({
      code: z.string().optional(),
      type: z.string().default(''),
      status: z.string().default('ACTIVE'),
      currencyCode: z.string().optional(),
    }),
  ),
});

/** The currency of each active bank account, by the account's code; null where Xero doesn't say. One call. */
export const readBankCurrencies = async (xero: Xero): Promise<Map<string, string | null>> => {
  const { accounts } = await xero.send(shape, (api, tenantId) => api.getAccounts(tenantId));
  return new Map(
    accounts.flatMap(({ code, type, status, currencyCode }) =>
      code === undefined || type !== 'BANK' || status !== 'ACTIVE' ? [] : [[code, currencyCode ?? null] as const],
    ),
  );
};
