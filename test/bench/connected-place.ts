import { readXeroSettings, replaceXeroSettings } from '../../shared/store/xero-settings.ts';
import type { TestWorkspace } from '../support/workspace.ts';
import type { XeroStage } from '../support/xero-stage.ts';

/** A workspace whose organisation's contacts are known, and that makes those that are missing. */
export const connectedPlace = async (stage: XeroStage): Promise<TestWorkspace> => {
  const place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  const { table } = stage.engine;
  const settings = await readXeroSettings(table)(place.workspace.id);
  await table.commit([
    replaceXeroSettings(place.workspace.id, settings, { contactPolicy: 'match-or-create', paymentAccount: '090' }),
  ]);
  return place;
};
