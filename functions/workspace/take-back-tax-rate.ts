/** Takes a tax rate of the workspace's own back, for an admin, also after it has taken effect: what was issued keeps its tax. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { replaceTaxRates } from '../../shared/store/tax-rates.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { noted, type Needs } from './needs.ts';
import { ownRateCalled, rateTold, readOwnRates } from './own-tax-rates.ts';

export const takeBackTaxRate =
  (needs: Needs) =>
  async ({ caller, params, ifMatch }: WorkspaceCall<'deleteTaxRate'>): Promise<Reply> => {
    const { own } = await readOwnRates(needs, caller.workspaceId);
    const rate = ownRateCalled(own, params.id);
    requireVersion(ifMatch, own.version);
    const rates = own.rates.filter(({ id }) => id !== rate.id);
    await needs.table.commit([
      replaceTaxRates(caller.workspaceId, own, rates),
      noted(needs, caller, { what: 'tax-rate-taken-back', about: rate.id, text: rateTold('taken back', rate), before: rate }),
    ]);
    return { status: 204 };
  };
