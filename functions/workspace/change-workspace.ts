/** Changes the settings of the workspace for an admin. What was issued stays as it is; a number is never given out twice. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { isTaxKnown, type TaxRegistration } from '../../shared/domain/tax.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { parseSeries, replaceSeries, seriesKey } from '../../shared/store/number-series.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { parseWorkspace, replaceWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { changeSeries } from './change-series.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { workspaceView } from './views.ts';

export const changeWorkspace =
  (needs: Needs) =>
  async ({ caller, body, ifMatch }: WorkspaceCall<'updateWorkspace'>): Promise<Reply> => {
    const { workspaceId, role } = caller;
    const found = await needs.table.batchGet([workspaceKey(workspaceId), seriesKey(workspaceId, 'invoice')]);
    const before = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace);
    const seriesBefore = mustBeAt(found, seriesKey(workspaceId, 'invoice'), parseSeries);
    requireVersion(ifMatch, before.version);
    const { numberSeries, ...changes } = body;
    body.taxRegistrations?.forEach(checkRegistration);
    const after = withChanges(before, changes);
    const series = numberSeries ? changeSeries(seriesBefore, numberSeries.invoice) : seriesBefore;
    await needs.table.commit([
      ...replaceWorkspace(after),
      numberSeries && replaceSeries(workspaceId, 'invoice', series),
      noted(needs, caller, {
        what: 'workspace-changed',
        about: workspaceId,
        text: 'Settings of the workspace were changed',
        ...changed({ ...before, numberSeries: seriesBefore }, { ...after, numberSeries: series }),
      }),
    ]);
    return { status: 200, body: workspaceView(after, series, role), etag: String(before.version + 1) };
  };

const checkRegistration = (registration: TaxRegistration, place: number): void => {
  const { from, to } = registration;
  const path = `taxRegistrations.${place}`;
  if (to != null && to < from) refuseFields({ path: `${path}.to`, message: 'must not be before from' });
  if (!isTaxKnown(registration, taxTable))
    refuseFields({ path: `${path}.country`, message: 'is a place whose tax is not known here' });
};
