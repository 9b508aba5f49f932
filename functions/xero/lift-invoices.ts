import { Conflict } from '../../shared/domain/conflict.ts';
import { moved, readWorkIn } from '../../shared/store/waiting-work.ts';
import { isEarly } from './hold-for-calendar.ts';
import type { Run } from './run.ts';

// Flow of the worker: an invoice that somebody has just paid goes with its payment, and no longer behind a backfill.

/** Moves invoices that wait in a lower lane into that of payments, unless the calendar holds them. Returns whether there were any. */
export const liftInvoices = async (run: Run, invoiceIds: readonly string[]): Promise<boolean> => {
  const { ws, world } = run;
  if (invoiceIds.length === 0) return false;
  const found = await readWorkIn(world.table)(ws, ['documents', 'backfill'], 'invoice', invoiceIds);
  const waiting = found.filter((work) => !isEarly(run, work));
  for (const work of waiting) {
    await world.table.commit(moved(ws, work, 'payments')).catch((error: unknown) => {
      // Whoever renewed it or took it back meanwhile knows better.
      if (!(error instanceof Conflict)) throw error;
    });
  }
  return waiting.length > 0;
};
