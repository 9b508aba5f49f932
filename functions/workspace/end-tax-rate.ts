/** Lets a tax rate of the workspace's own end on a day, or go on, for an admin. What was issued with it keeps its tax. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { replaceTaxRates } from '../../shared/store/tax-rates.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { noted, type Needs } from './needs.ts';
import { checkedRate, ownRateCalled, ownRateView, rateTold, readOwnRates } from './own-tax-rates.ts';

export const endTaxRate =
  (needs: Needs) =>
  async ({ caller, params, body, ifMatch }: WorkspaceCall<'endTaxRate'>): Promise<Reply> => {
    const { own } = await readOwnRates(needs, caller.workspaceId);
    const before = ownRateCalled(own, params.id);
    requireVersion(ifMatch, own.version);
    const { to: _to, ...open } = before;
    const after = checkedRate(body.to === null ? open : { ...open, to: body.to }, own);
    const rates = own.rates.map((one) => (one.id === after.id ? after : one));
    await needs.table.commit([
      replaceTaxRates(caller.workspaceId, own, rates),
      noted(needs, caller, { what: 'tax-rate-changed', about: after.id, text: rateTold('changed', after), before, after }),
    ]);
    return { status: 200, body: ownRateView(after), etag: String(own.version + 1) };
  };
