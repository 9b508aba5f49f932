import { parseCreditNote } from '../../shared/store/credit-notes.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Item } from '../../shared/store/write.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what went back for credit notes that a backfill brings over is booked behind them. What stands there is looked at
// before anything is sent, so that asking twice does no harm.

/** Queues the refunds of some credit notes, each by the payment that it was made of. */
export const refundsOfCredits = async (run: Run, rows: readonly Item[]): Promise<void> => {
  const { ws, world } = run;
  for (const note of rows.map(parseCreditNote).filter(({ total, allocated }) => total.amount > allocated.amount)) {
    const found = await world.table.queryAll({ partition: partitions.paymentsOfInvoice(ws, note.invoiceId), index: 'party' });
    const at = instantAt(world);
    const refunds = found
      .map(parsePayment)
      .filter(({ origin, covers = [] }) => origin !== 'xero' && covers.some(({ creditNoteId }) => creditNoteId === note.id));
    for (const { id: documentId } of refunds) {
      const work = { lane: 'backfill', kind: 'payment-change', documentId } as const;
      await world.table.commit([waits(ws, { ...work, version: world.clock(), dueAt: at, since: at })]);
    }
  }
};
