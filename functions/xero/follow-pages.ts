import type { Progress } from '../../shared/store/xero-connections.ts';
import { progressNoted } from '../../shared/store/xero-connections.ts';
import { giveWay } from './pick-work.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: everything of one kind that was changed in the organisation since the last look, page by page.

/** Xero's stamps are of whole seconds and of another clock. */
const overlapMs = 5 * 60_000;
const enoughMs = 8_000;

type Watermark = 'contactsUntil' | 'invoicesUntil' | 'paymentsUntil' | 'quotesUntil';

export interface Pages<T> {
  /** Where the connection keeps up to when changes have been followed. */
  readonly watermark: Watermark;
  readonly read: (asked: { page: number; changedSince: string | undefined }) => Promise<{ found: readonly T[]; more: boolean }>;
  readonly take: (found: readonly T[]) => Promise<void>;
  /** What else is noted once the end is reached, at the instant at which the look began. */
  readonly atEnd?: (startedAt: string) => Progress;
}

/**
 * Pages follow each other by the stamp of the last thing seen, not by number: what changes meanwhile moves to the end and would
 * shift the pages. Returns whether it came to the end; what was reached is kept either way.
 */
export const followPages = async <T extends { updatedAt?: string | null }>(run: Run, pages: Pages<T>): Promise<boolean> => {
  const startedAt = instantAt(run.world);
  const until = run.connection[pages.watermark];
  let since = until === null ? undefined : new Date(Date.parse(until) - overlapMs).toISOString();
  let page = 1;
  for (;;) {
    await giveWay(run);
    const { found, more } = await pages.read({ page, changedSince: since });
    await pages.take(found);
    if (!more) break;
    const next = justBefore(found.at(-1)?.updatedAt);
    const onward = next !== undefined && next > (since ?? '');
    // More than a page within one second: only then does the number of the page say where to go on.
    page = onward ? 1 : page + 1;
    since = onward ? next : since;
    // The next look begins an overlap before what is noted: right here.
    await note(run, { [pages.watermark]: since === undefined ? null : new Date(Date.parse(since) + overlapMs).toISOString() });
    if (run.deadline.remainingMs() < enoughMs) return false;
  }
  await note(run, { [pages.watermark]: startedAt, ...pages.atEnd?.(startedAt), ...run.books.learned() });
  return true;
};

/** A second earlier: nobody says whether "modified since" includes the second it names. */
const justBefore = (instant: string | null | undefined): string | undefined =>
  instant == null ? undefined : new Date(Date.parse(instant) - 1000).toISOString();

const note = async (run: Run, progress: Progress): Promise<void> => {
  await run.world.table.commit([progressNoted(run.ws, run.connection, progress)]);
  run.connection = { ...run.connection, ...(progress as Partial<Run['connection']>) };
};
