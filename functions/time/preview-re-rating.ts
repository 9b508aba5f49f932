/** Shows admin and finance what rating the unbilled entries of a job anew would change; nothing is written. */
import type { ReRatingCall } from '../../shared/api/re-rating.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { FoundRate } from '../../shared/domain/rates.ts';
import type { Table } from '../../shared/store/table.ts';
import { planReRating } from './plan-re-rating.ts';

const shown = ({ rate, source }: FoundRate) => ({ rate, rateSource: source });

export const previewReRating =
  ({ table }: { table: Table }) =>
  async ({ caller, params, body }: ReRatingCall<'previewReRating'>): Promise<Reply> => {
    const { plan } = await planReRating(table)(caller.workspaceId, params.id, body);
    const entries = plan.changes.map(({ entry, before, after }) => ({
      ...{ timeEntryId: entry.id, memberId: entry.memberId, date: entry.date, seconds: entry.seconds },
      ...{ before: before && shown(before), after: shown(after) },
    }));
    const { unchanged, before, after, expect } = plan;
    return { status: 200, body: { entries, unchanged, before, after, expect } };
  };
