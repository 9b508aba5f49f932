import { isOwed } from '../../shared/domain/bill.ts';
import { readBills } from '../../shared/store/bills.ts';
import { readInvoice, readLines } from '../../shared/store/invoices.ts';
import { done, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: an invoice was issued, or bills its time no longer: each of its bills gets work of its own. Calls nothing.

const billsPerCommit = 90;

/** Turns the work on an invoice's bills into work on each of them; those of earlier issues are among them. */
export const spreadBills = async (run: Run, work: WaitingWork): Promise<void> => {
  const { ws, world } = run;
  const head = await readInvoice(world.table)(ws, work.documentId);
  // The first lines carry the ids of all bills.
  const ids = head ? (await readLines(world.table)(ws, head, 0, 1)).bills : [];
  const bills = (await readBills(world.table)(ws, ids)).filter(isOwed);
  const at = instantAt(world);
  const writes = bills.map(({ id, version }) =>
    waits(ws, { lane: work.lane, kind: 'bill', documentId: id, version: world.clock() + version, dueAt: at, since: work.since }),
  );
  for (let start = 0; start < writes.length; start += billsPerCommit)
    await world.table.commit(writes.slice(start, start + billsPerCommit));
  await world.table.commit([done(ws, work)]);
};
