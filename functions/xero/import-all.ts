import { mustExist } from '../../shared/store/found.ts';
import { partitions } from '../../shared/store/keys.ts';
import { done, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { readWorkspace } from '../../shared/store/workspaces.ts';
import { parseXeroContact } from '../../shared/store/xero-contacts.ts';
import { makeClients } from './make-clients.ts';
import type { Run } from './run.ts';

// Flow of the worker: makes clients of all contacts in the mirror, without a call to Xero.

const perPart = 100;
const enoughMs = 16_000;

/** Makes what is missing, part by part; cut off, it begins again and leaves out what is there. */
export const importAll = async (run: Run, work: WaitingWork): Promise<boolean> => {
  const { world, ws, tenantId } = run;
  const workspace = mustExist(await readWorkspace(world.table)(ws));
  const rows = await world.table.queryAll({ partition: partitions.xeroContacts(ws, tenantId), beginsWith: 'ID#' });
  const ids = rows.map(parseXeroContact).flatMap(({ contactId, status }) => (status === 'active' ? [contactId] : []));
  for (let start = 0; start < ids.length; start += perPart) {
    await makeClients({ ...world, workspace, tenantId }, ids.slice(start, start + perPart));
    if (run.deadline.remainingMs() < enoughMs) return true;
  }
  await world.table.commit([done(ws, work)]);
  return true;
};
