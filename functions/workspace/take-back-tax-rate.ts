/** Takes a tax rate of the workspace's own back before it takes effect, for an admin. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { replaceTaxRates } from '../../shared/store/tax-rates.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { noted, type Needs } from './needs.ts';
import { ownRateCalled, rateTold, readOwnRates } from './own-tax-rates.ts';

export const takeBackTaxRate =
  (needs: Needs) =>
  async ({ caller, params, ifMatch }: WorkspaceCall<'deleteTaxRate'>): Promise<Reply> => {
    const { own, today } = await readOwnRates(needs, caller.workspaceId);
    const rate = ownRateCalled(own, params.id);
    requireVersion(ifMatch, own.version);
    if (rate.from <= today) return refuse('tax-rate-in-effect', 'It has taken effect; let it end instead', { today });
    const rates = own.rates.filter(({ id }) => id !== rate.id);
    await needs.table.commit([
      replaceTaxRates(caller.workspaceId, own, rates),
      noted(needs, caller, { what: 'tax-rate-taken-back', about: rate.id, text: rateTold('taken back', rate), before: rate }),
    ]);
    return { status: 204 };
  };
