import { parseManifest } from '../../shared/store/manifests.ts';
import {
  lanes,
  lanesBehind,
  readManifestAndWork,
  readWorkFrom,
  type Lane,
  type WaitingWork,
} from '../../shared/store/waiting-work.ts';
import type { Run } from './run.ts';
import { instantAt } from './world.ts';

// Flow of the worker: what is to be done next, the highest lane first; looked up anew before every call.

/** Read beyond a batch, so that work of another kind in front doesn't make it small. */
const workRead = 200;

/** Something in a higher lane came in between two calls: it goes first, and this is taken up again after it. */
export class GaveWay extends Error {
  constructor() {
    super('work of a higher lane goes first');
    this.name = 'GaveWay';
  }
}

/** The order within a lane: what others depend on first. */
const kindOrder = [
  'backfill',
  'pull-contacts',
  'resolve',
  'contact',
  'contact-details',
  'import-contacts',
  'void',
  'withdraw',
  'send-scheduled',
  'quote',
  'invoice',
  'bills',
  'sent-flag',
  'payment',
  'credit-note',
  'credit-allocation',
  'bill',
  'expense',
  'payment-change',
  'payout',
  'pull-changes',
  'reconcile',
  'tell-blocked',
] as const;

const placeOf = ({ kind }: WaitingWork): number => kindOrder.findIndex((one) => one === kind);

const byLane = (one: WaitingWork, other: WaitingWork): number =>
  lanes[one.lane].localeCompare(lanes[other.lane]) || placeOf(one) - placeOf(other);

const isDue =
  (run: Run, now: string) =>
  ({ dueAt, documentId }: WaitingWork): boolean =>
    dueAt <= now && !run.deferred.has(documentId);

/**
 * What is due, the highest lane first and the oldest first within it, and the manifest as it stands. A lane whose front can't go
 * on yet does not hide the lanes behind it. `full`: there may be more than was read.
 */
export const pickWork = async (run: Run): Promise<{ due: WaitingWork[]; full: boolean }> => {
  const { table } = run.world;
  const now = instantAt(run.world);
  const { manifest, work, more } = await readManifestAndWork(table)(run.ws, workRead);
  run.manifest = parseManifest(manifest);
  run.looked.calls = run.books.calls();
  let full = more;
  let due = work.filter(isDue(run, now));
  let last = work.at(-1)?.lane;
  while (due.length === 0 && full && last !== undefined) {
    const behind = await readWorkFrom(table)(run.ws, lanesBehind(last), workRead);
    due = behind.work.filter(isDue(run, now));
    full = behind.more;
    last = behind.work.at(-1)?.lane;
  }
  run.looked.lane = due.reduce<Lane | undefined>(
    (highest, { lane }) => (highest === undefined || lanes[lane] < lanes[highest] ? lane : highest),
    undefined,
  );
  return { due: due.sort(byLane), full };
};

/**
 * Lets work of a higher lane go first, when a call has been made since the lanes were last looked at. To be asked before each
 * further call of one piece of work, at a place where nothing of it is on the wire.
 */
export const giveWay = async (run: Run): Promise<void> => {
  const { looked, world, ws } = run;
  if (run.manifest.batch || looked.lane === undefined || looked.lane === 'urgent' || run.books.calls() === looked.calls) return;
  const { work } = await readWorkFrom(world.table)(ws, lanes.urgent, workRead, looked.lane);
  looked.calls = run.books.calls();
  if (work.some(isDue(run, instantAt(world)))) throw new GaveWay();
};
