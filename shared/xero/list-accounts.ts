import * as z from 'zod';
import type { LedgerAccount } from '../domain/xero-mapping.ts';
import type { Xero } from './client.ts';

const shape = z.object({
  accounts: z.array(
    z.object({
      accountID: z.string().optional(),
      code: z.string().optional(),
      name: z.string().default(''),
      type: z.string().default(''),
      _class: z.string().default(''),
      status: z.string().default('ACTIVE'),
      enablePaymentsToAccount: z.boolean().default(false),
      systemAccount: z.string().optional(),
    }),
  ),
});

/** Active accounts that have a code, by code: the ones a document or payment can name. One call. */
export const listAccounts = async (xero: Xero): Promise<LedgerAccount[]> => {
  const { accounts } = await xero.send(shape, (api, tenantId) => api.getAccounts(tenantId));
  return accounts
    .flatMap(({ code, status, ...account }) =>
      code === undefined || code === '' || status !== 'ACTIVE'
        ? []
        : [
            {
              code,
              name: account.name,
              type: account.type,
              class: account._class,
              takesPayments: account.type === 'BANK' || account.enablePaymentsToAccount,
              takesLines: account.type !== 'BANK' && !ledgerOwn.has(account.systemAccount ?? ''),
            },
          ],
    )
    .sort((one, other) => one.code.localeCompare(other.code, 'en'));
};

/** Accounts that the ledger itself books on; no line may name them. */
const ledgerOwn = new Set([
  'DEBTORS',
  'CREDITORS',
  'BANKCURRENCYGAIN',
  'REALISEDCURRENCYGAIN',
  'UNREALISEDCURRENCYGAIN',
  'GST',
  'GSTONIMPORTS',
  'HISTORICAL',
  'RETAINEDEARNINGS',
]);
