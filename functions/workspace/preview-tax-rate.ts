/** Shows an admin what a tax rate of the workspace's own would change, before anything is written. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { countClientsIn } from '../../shared/store/clients.ts';
import type { Needs } from './needs.ts';
import { checkedRate, periodsWith, readOwnRates } from './own-tax-rates.ts';

const left = 'Invoices and credit notes that were issued and quotes that were sent keep the tax that is on them.';

export const previewTaxRate =
  (needs: Pick<Needs, 'table' | 'now'>) =>
  async ({ caller, body }: WorkspaceCall<'previewTaxRate'>): Promise<Reply> => {
    const { own } = await readOwnRates(needs, caller.workspaceId);
    const rate = checkedRate({ id: '', ...body }, own);
    const before = periodsWith(own.rates, rate, rate.from);
    const after = periodsWith([...own.rates, rate], rate, rate.from);
    const clients = await countClientsIn(needs.table)(caller.workspaceId, rate);
    return { status: 200, body: { country: rate.country, region: rate.region ?? null, before, after, clients, left } };
  };
