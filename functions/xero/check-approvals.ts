import { foundAt } from '../../shared/store/found.ts';
import { keepSyncItem, parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { done, readParkedWork, type WaitingWork } from '../../shared/store/waiting-work.ts';
import { findInvoicesById } from '../../shared/xero/find-invoices.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';

// Flow of the worker: lets payments go on whose invoice was approved in Xero. No call when none waits for that.

/** Looks at the invoices whose payments wait for approval; one call for each 40 of them. */
export const checkApprovals = async (run: Run, work: WaitingWork): Promise<void> => {
  const { ws, world } = run;
  const waiting = (await readParkedWork(world.table)(ws)).filter(({ waitsFor }) => waitsFor === 'approval');
  const invoiceIds = [...new Set(waiting.map(({ on }) => on))];
  const items = await world.table.batchGet(invoiceIds.map((id) => syncItemKey(ws, id)));
  const known = invoiceIds.flatMap((id) => foundAt(items, syncItemKey(ws, id), parseSyncItem) ?? []);
  const there = await findInvoicesById(
    run.books,
    known.flatMap(({ xeroId }) => xeroId ?? []),
  );
  const moved = known.flatMap((item) => {
    const now = there.find(({ invoiceId }) => invoiceId === item.xeroId)?.status ?? item.xeroStatus;
    return now === item.xeroStatus ? [] : [{ ...item, xeroStatus: now }];
  });
  for (const item of moved) await world.table.commit([keepSyncItem(ws, item)]);
  const gone = new Set(moved.map(({ documentId }) => documentId));
  await releaseParked(
    world,
    ws,
    waiting.filter(({ on }) => gone.has(on)),
  );
  await world.table.commit([done(ws, work)]);
};
