/** Says a tax rate of the workspace's own, for an admin. It outranks the built-in one of its place on its days. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { replaceTaxRates } from '../../shared/store/tax-rates.ts';
import { noted, type Needs } from './needs.ts';
import { checkedRate, ownRateView, rateTold, readOwnRates } from './own-tax-rates.ts';

const ratesMax = 200;

export const sayTaxRate =
  (needs: Needs) =>
  async ({ caller, body, once }: WorkspaceCall<'createTaxRate'>): Promise<Reply> => {
    const { own } = await readOwnRates(needs, caller.workspaceId);
    const rate = checkedRate({ id: needs.newId('tax'), ...body }, own);
    if (own.rates.length >= ratesMax)
      return refuseFields({ path: 'country', message: `there are ${ratesMax} own rates already` });
    const reply = { status: 201, body: ownRateView(rate), etag: String(own.version + 1) };
    await needs.table.commit([
      replaceTaxRates(caller.workspaceId, own, [...own.rates, rate]),
      noted(needs, caller, { what: 'tax-rate-said', about: rate.id, text: rateTold('said', rate), after: rate }),
      answered(once, reply),
    ]);
    return reply;
  };
