/** Changes the settings of the workspace for an admin. What was issued stays as it is; a number is never given out twice. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { tableWith } from '../../shared/domain/tax-rates.ts';
import type { TaxTableRow } from '../../shared/domain/tax-row.ts';
import { taxTable } from '../../shared/domain/tax-table.ts';
import { isTaxKnown, type TaxRegistration } from '../../shared/domain/tax.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { replaceSeries } from '../../shared/store/number-series.ts';
import { keyText } from '../../shared/store/table.ts';
import { parseTaxRates, taxRatesKey } from '../../shared/store/tax-rates.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { parseWorkspace, replaceWorkspace, workspaceKey } from '../../shared/store/workspaces.ts';
import { allSeriesAt, allSeriesKeys, mapSeries, seriesNamed, type AllSeries } from './all-series.ts';
import { changeSeries } from './change-series.ts';
import { changed, noted, withChanges, type Needs } from './needs.ts';
import { workspaceView } from './views.ts';

export const changeWorkspace =
  (needs: Needs) =>
  async ({ caller, body, ifMatch }: WorkspaceCall<'updateWorkspace'>): Promise<Reply> => {
    const { workspaceId, role } = caller;
    const found = await needs.table.batchGet([
      workspaceKey(workspaceId),
      taxRatesKey(workspaceId),
      ...allSeriesKeys(workspaceId),
    ]);
    const before = mustBeAt(found, workspaceKey(workspaceId), parseWorkspace);
    const seriesBefore = allSeriesAt(found, workspaceId);
    requireVersion(ifMatch, before.version);
    const { numberSeries, ...changes } = body;
    const ownRates = parseTaxRates(found.get(keyText(taxRatesKey(workspaceId)))).rates;
    body.taxRegistrations?.forEach((one, place) => checkRegistration(one, place, tableWith(ownRates, taxTable())));
    const after = withChanges(before, changes);
    const series = mapSeries(seriesBefore, (one, name) => {
      const wanted = numberSeries?.[name];
      return wanted ? changeSeries(one, wanted, `numberSeries.${name}`) : one;
    });
    const changedSeries = namesIn(numberSeries);
    requireDifferent(series, changedSeries);
    await needs.table.commit([
      ...replaceWorkspace(after),
      ...changedSeries.map((name) => replaceSeries(workspaceId, seriesNamed[name], series[name])),
      noted(needs, caller, {
        what: 'workspace-changed',
        about: workspaceId,
        text: 'Settings of the workspace were changed',
        ...changed({ ...before, numberSeries: seriesBefore }, { ...after, numberSeries: series }),
      }),
    ]);
    return { status: 200, body: workspaceView(after, series, role), etag: String(before.version + 1) };
  };

const namesIn = (numberSeries: Partial<Record<keyof AllSeries, unknown>> = {}): (keyof AllSeries)[] =>
  (Object.keys(seriesNamed) as (keyof AllSeries)[]).filter((name) => numberSeries[name] !== undefined);

/** A number must say what kind of document it is. */
const requireDifferent = (series: AllSeries, changedNames: readonly (keyof AllSeries)[]): void => {
  for (const name of changedNames) {
    const twin = namesIn(series).find((other) => other !== name && series[other].prefix === series[name].prefix);
    if (twin !== undefined)
      refuseFields({ path: `numberSeries.${name}.prefix`, message: `must differ from the prefix of ${twin}` });
  }
};

const checkRegistration = (registration: TaxRegistration, place: number, table: readonly TaxTableRow[]): void => {
  const { from, to } = registration;
  const path = `taxRegistrations.${place}`;
  if (to != null && to < from) refuseFields({ path: `${path}.to`, message: 'must not be before from' });
  if (!isTaxKnown(registration, table))
    refuseFields({ path: `${path}.country`, message: 'is a place whose tax is not known here: say its rate first' });
};
