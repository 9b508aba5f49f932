/** Shows finance what tax holds in a place from a day on, and by which table. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Needs } from './needs.ts';
import { periodsWith, readOwnRates } from './own-tax-rates.ts';

export const showTax =
  (needs: Pick<Needs, 'table' | 'now'>) =>
  async ({ caller, query }: WorkspaceCall<'showTax'>): Promise<Reply> => {
    const { own, today } = await readOwnRates(needs, caller.workspaceId);
    const { country, region } = query;
    const periods = periodsWith(own.rates, query, query.from ?? today);
    return { status: 200, body: { country, region: region ?? null, periods } };
  };
