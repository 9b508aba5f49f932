import type { Instant } from '../../shared/domain/days.ts';
import { foundAt } from '../../shared/store/found.ts';
import { keepSyncItem, parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import type { Write } from '../../shared/store/write.ts';
import type { Run } from './run.ts';
import { syncItemOf } from './settle.ts';

// Flow of the worker: says of each document whose answer was lost what it waits for. The next outcome replaces what it says.

const words = {
  invoice: 'Xero has not said whether the invoice arrived. It is looked for there before it is sent again.',
  payment: 'Xero has not said whether the payment arrived. It is looked for there before it is sent again.',
};

/** Marks the documents of a batch that still stands when a run ends. `nextSyncAt`: when they are looked for again. */
export const tellOpenOutcome = async (run: Run, nextSyncAt: Instant): Promise<void> => {
  const { batch } = run.manifest;
  if (!batch || (batch.kind !== 'invoice' && batch.kind !== 'payment')) return;
  const { kind, documents } = batch;
  const { table } = run.world;
  const found = await table.batchGet(documents.map(({ documentId }) => syncItemKey(run.ws, documentId)));
  const open = { state: 'sending', code: 'no-answer', reason: words[kind], nextSyncAt } as const;
  await table.commit(
    documents.map(({ documentId }): Write => {
      const before = foundAt(found, syncItemKey(run.ws, documentId), parseSyncItem);
      return keepSyncItem(run.ws, syncItemOf(run, { documentId, kind }, before, open));
    }),
  );
};
