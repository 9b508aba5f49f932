import { Conflict } from '../../shared/domain/conflict.ts';
import { moved, readWorkIn } from '../../shared/store/waiting-work.ts';
import { isEarly } from './hold-for-calendar.ts';
import type { Run } from './run.ts';

// Flow of the worker: an invoice goes with what waits for it, and no longer behind a backfill.

/**
 * Moves invoices that wait in a lower lane into the one of what waits for them: `payments` for what somebody has just paid or credited,
 * `documents` for what a backfill has brought itself. Those that the calendar holds stay. Returns whether there were any.
 */
export const liftInvoices = async (
  run: Run,
  invoiceIds: readonly string[],
  lane: 'payments' | 'documents' = 'payments',
): Promise<boolean> => {
  const { ws, world } = run;
  if (invoiceIds.length === 0) return false;
  const below = lane === 'payments' ? (['documents', 'backfill'] as const) : (['backfill'] as const);
  const found = await readWorkIn(world.table)(ws, below, 'invoice', invoiceIds);
  const waiting = found.filter((work) => !isEarly(run, work));
  for (const work of waiting) {
    await world.table.commit(moved(ws, work, lane)).catch((error: unknown) => {
      // Whoever renewed it or took it back meanwhile knows better.
      if (!(error instanceof Conflict)) throw error;
    });
  }
  return waiting.length > 0;
};
