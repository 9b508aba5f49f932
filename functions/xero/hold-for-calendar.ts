import { sendAt } from '../../shared/domain/send-calendar.ts';
import { foundAt } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { done, readParkedWork, waits, type WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { releaseParked } from './release-parked.ts';
import type { Run } from './run.ts';
import { settle, syncItemOf, type Settled } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: keeps invoices back until the day on which the workspace wants them sent.

const dueAt = (run: Run, since: string): string | null => sendAt(run.settings.sendInvoices, since, run.zone);

/** Whether nobody asked for it by hand, and its day in the calendar has not come. */
export const isEarly = (run: Run, { lane, since }: WaitingWork): boolean => {
  const due = lane === 'documents' ? dueAt(run, since) : since;
  return due === null || due > instantAt(run.world);
};

/** Parks invoices whose day has not come. Returns the others. */
export const holdForCalendar = async (run: Run, works: readonly WaitingWork[]): Promise<readonly WaitingWork[]> => {
  const early = run.settings.sendInvoices.when === 'on-save' ? [] : works.filter((work) => isEarly(run, work));
  if (early.length === 0) return works;
  const { ws, world } = run;
  const found = await world.table.batchGet(
    early.flatMap(({ documentId }) => [invoiceKey(ws, documentId), syncItemKey(ws, documentId)]),
  );
  const held = early.flatMap((waiting): Settled[] => {
    const head = foundAt(found, invoiceKey(ws, waiting.documentId), parseInvoice);
    const before = foundAt(found, syncItemKey(ws, waiting.documentId), parseSyncItem);
    if (before?.xeroId != null) return [{ work: waiting }];
    const work = { ...waiting, kind: 'invoice' as const };
    const due = dueAt(run, waiting.since);
    const item = syncItemOf(run, work, before, {
      state: 'pending',
      number: head?.number ?? null,
      code: 'waiting-for-calendar',
      reason: due === null ? 'Waits until somebody sends it to Xero' : 'Waits for the day on which invoices are sent to Xero',
      nextSyncAt: due,
    });
    return [{ work, item, waitsFor: { what: 'calendar', on: waiting.documentId } }];
  });
  // First the work that lets them go on: whatever breaks in between, none of them is forgotten.
  await wakeFor(
    run,
    early.map(({ since }) => since),
  );
  await settle(run, held, { closing: false });
  const kept = new Set(early.map(({ documentId }) => documentId));
  return works.filter(({ documentId }) => !kept.has(documentId));
};

/** One piece of work for all that is kept back: it falls due with the first of them. */
const wakeFor = async (run: Run, sinces: readonly string[], also: readonly Write[] = []): Promise<void> => {
  const [first] = sinces.flatMap((since) => dueAt(run, since) ?? []).sort();
  const work = { lane: 'documents', kind: 'send-scheduled', documentId: 'calendar' } as const;
  const next = first === undefined ? [] : [waits(run.ws, { ...work, version: run.world.clock(), dueAt: first, since: first })];
  const writes = [...also, ...next];
  if (writes.length > 0) await run.world.table.commit(next.length > 0 ? next : writes);
};

/** Lets go on what was kept back for today, and falls due again for what is kept for a later day. */
export const sendScheduled = async (run: Run, work: WaitingWork): Promise<void> => {
  const kept = (await readParkedWork(run.world.table)(run.ws)).filter(({ waitsFor }) => waitsFor === 'calendar');
  const later = kept.filter((one) => isEarly(run, one));
  const early = new Set(later.map(({ documentId }) => documentId));
  await releaseParked(
    run.world,
    run.ws,
    kept.filter(({ documentId }) => !early.has(documentId)),
  );
  await wakeFor(
    run,
    later.map(({ since }) => since),
    [done(run.ws, work)],
  );
};
