import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import type { Xero } from '../../shared/xero/client.ts';
import { listAccounts } from '../../shared/xero/list-accounts.ts';
import { listTaxRates } from '../../shared/xero/list-tax-rates.ts';
import { askXero, type OpenBooks } from './open-books.ts';
import type { XeroWorld } from './world.ts';

const listed = async <T>(world: XeroWorld, open: OpenBooks, ws: string, read: (xero: Xero) => Promise<T[]>): Promise<Reply> => {
  const connection = await readXeroConnection(world.table)(ws);
  return { status: 200, body: { items: await askXero(world, open)(ws, connection, read) } };
};

/** Shows the accounts of the organisation that can be chosen in the settings. */
export const listXeroAccounts =
  (world: XeroWorld, open: OpenBooks) =>
  ({ caller }: XeroCall<'listXeroAccounts'>): Promise<Reply> =>
    listed(world, open, caller.workspaceId, async (xero) =>
      (await listAccounts(xero)).map(({ takesLines: _lines, ...account }) => account),
    );

/** Shows the tax rates of the organisation that can be chosen in the settings. */
export const listXeroTaxRates =
  (world: XeroWorld, open: OpenBooks) =>
  ({ caller }: XeroCall<'listXeroTaxRates'>): Promise<Reply> =>
    listed(world, open, caller.workspaceId, listTaxRates);
