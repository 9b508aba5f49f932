import type { Progress, XeroConnection } from '../../shared/store/xero-connections.ts';
import { progressNoted } from '../../shared/store/xero-connections.ts';
import { giveWay } from './pick-work.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: everything of one kind that was changed in the organisation since the last look, page by page.

/** Xero's stamps are of whole seconds and of another clock. */
const overlapMs = 5 * 60_000;
const enoughMs = 8_000;

type Watermark = 'contactsUntil' | 'invoicesUntil' | 'paymentsUntil' | 'quotesUntil';

interface Changed {
  readonly updatedAt?: string | null;
}

interface Page<T> {
  readonly found: readonly T[];
  /** Whether another page follows. */
  readonly more: boolean;
}

export interface Pages<T> {
  /** Where the connection keeps up to when changes have been followed. */
  readonly watermark: Watermark;
  /** Pages are in the order of the stamps, and of ids within a second. */
  readonly read: (asked: { page: number; changedSince: string | undefined }) => Promise<Page<T>>;
  /** Follows what was found; the same thing may come again. */
  readonly take: (found: readonly T[]) => Promise<void>;
  /** What else is noted once the end is reached, at the instant at which the last page was asked for. */
  readonly atEnd?: (startedAt: string) => Progress;
}

/** How far a look has come, as the connection keeps it. */
interface Look {
  readonly until: string | null;
  /** Only while more than a page changed within one second: then the number of the page says where to go on. */
  readonly place?: {
    readonly page: number;
    readonly began: string;
    readonly back: { readonly until: string; readonly end: boolean } | null;
  };
}

/**
 * Follows what was changed since the last look, one page after the other; what was reached is kept behind each page. Pages follow
 * each other by the stamp of the last thing seen, not by number: what changes meanwhile moves to the end and would shift the
 * pages. Where more than a page changed within one second, pages are counted up to the end of it and then back to the first:
 * whatever slipped to an earlier page on the way up is met on the way down. Returns whether it came to the end.
 */
export const followPages = async <T extends Changed>(run: Run, pages: Pages<T>): Promise<boolean> => {
  for (;;) {
    await giveWay(run);
    const startedAt = instantAt(run.world);
    const look = lookOf(run.connection, pages.watermark);
    const since = sinceOf(look.until);
    const page = await pages.read({ page: look.place?.page ?? 1, changedSince: since });
    await pages.take(page.found);
    const { end, ...next } = after(look, page, { since, startedAt });
    const atEnd = end && next.until !== null ? { ...pages.atEnd?.(next.until), ...run.books.learned() } : {};
    await note(run, pages.watermark, next, atEnd);
    if (end) return true;
    if (run.deadline.remainingMs() < enoughMs) return false;
  }
};

const lookOf = (connection: XeroConnection, watermark: Watermark): Look => {
  const until = connection[watermark];
  const reached = connection.reached[watermark];
  return reached && reached.until === until ? { until, place: reached } : { until };
};

const sinceOf = (until: string | null): string | undefined =>
  until === null ? undefined : new Date(Date.parse(until) - overlapMs).toISOString();

/** Where the look stands behind a page. Pages are counted up to one that ends later than their second, or to the last of all. */
const after = <T extends Changed>(
  { until, place }: Look,
  { found, more }: Page<T>,
  { since, startedAt }: { since: string | undefined; startedAt: string },
): Look & { end?: boolean } => {
  if (place?.back) return place.page > 1 ? { until, place: { ...place, page: place.page - 1 } } : place.back;
  const last = justBefore(found.at(-1)?.updatedAt);
  const isLater = last !== undefined && last > (since ?? '');
  const back = !more ? { until: startedAt, end: true } : isLater ? { until: untilOf(last), end: false } : null;
  if (!place) return back ?? { until, place: { page: 2, began: startedAt, back } };
  // Nothing moved while they were counted: it would be the last of all by now.
  const isQuiet = last !== undefined && !isLater && until !== null && until < place.began;
  if (back?.end && isQuiet) return back;
  return { until, place: { ...place, page: place.page + (back ? -1 : 1), back } };
};

/** A second earlier: nobody says whether "modified since" includes the second it names. */
const justBefore = (instant: string | null | undefined): string | undefined =>
  instant == null ? undefined : new Date(Date.parse(instant) - 1000).toISOString();

/** The next look begins an overlap before what is noted: right there. */
const untilOf = (since: string): string => new Date(Date.parse(since) + overlapMs).toISOString();

const note = async (run: Run, watermark: Watermark, { until, place }: Look, more: Progress): Promise<void> => {
  const { [watermark]: before, ...others } = run.connection.reached;
  const reached = place ? { ...others, [watermark]: { until, ...place } } : others;
  const progress: Progress = { [watermark]: until, ...(place || before ? { reached } : {}), ...more };
  await run.world.table.commit([progressNoted(run.ws, run.connection, progress)]);
  run.connection = { ...run.connection, ...(progress as Partial<XeroConnection>) };
};
