import type * as z from 'zod';
import { doneBy } from '../../shared/domain/call-budget.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { backfillSchema } from '../../shared/api/xero-transfers.ts';
import { sumsOf, type Backfill, type BackfillKind } from '../../shared/store/backfills.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import type { XeroConnection } from '../../shared/store/xero-connections.ts';
import type { XeroSettings } from '../../shared/store/xero-settings.ts';
import { kindsOfDocument } from './backfill-kinds.ts';

type View = z.infer<typeof backfillSchema>;

const none: View = {
  state: 'none',
  from: null,
  kinds: [],
  ...{ total: 0, found: 0, linked: 0, pushed: 0, blocked: 0 },
  byKind: [],
  startedAt: null,
  endsAt: null,
};

/** What is left of a backfill: work of its lane that waits, or can't go on. */
export interface Left {
  readonly waiting: readonly Pick<WaitingWork, 'kind'>[];
  readonly parked: readonly Pick<WaitingWork, 'kind'>[];
  readonly settings: Pick<XeroSettings, 'billAccount' | 'expenseAccount'>;
  readonly connection: XeroConnection;
  readonly now: Instant;
}

/** How far a backfill has come. */
export const backfillView = (backfill: Backfill | undefined, left: Left): View => {
  if (!backfill) return none;
  const { state, from, kinds, startedAt } = backfill;
  const byKind = kinds.map((kind) => progressOf(backfill, kind, left));
  const sum = (count: 'total' | 'found' | 'linked' | 'pushed' | 'blocked'): number =>
    byKind.reduce((all, one) => all + one[count], 0);
  const isQueued = state === 'pushing';
  const isOver = state === 'stopped' || (isQueued && left.waiting.length === 0);
  // Nobody can say how long Xero will not answer.
  const goesOn = left.connection.state === 'connected' && left.connection.outage === null;
  const isTold = !isOver && state !== 'finding' && goesOn;
  return {
    state: state === 'stopped' ? state : isQueued ? (isOver ? 'done' : state) : state === 'reading' ? 'linking' : state,
    ...{ from, kinds, startedAt, byKind },
    ...{ total: sum('total'), found: sum('found'), linked: sum('linked'), pushed: sum('pushed'), blocked: sum('blocked') },
    endsAt: isTold ? doneBy(left.connection, callsLeft(backfill, left), left.now) : null,
  };
};

const amount = (works: readonly Pick<WaitingWork, 'kind'>[], kind: BackfillKind): number =>
  works.filter((work) => work.kind === kind).length;

const progressOf = (backfill: Backfill, kind: BackfillKind, { waiting, parked, settings }: Left): View['byKind'][number] => {
  const { total, found, linked, taken, queued } = sumsOf(backfill, kind);
  const [unsent, stopped] = [amount(waiting, kind), amount(parked, kind)];
  // Nobody has said yet that these belong into the books: they wait without anybody being called.
  const isQuiet = (kind === 'bill' && settings.billAccount === null) || (kind === 'expense' && settings.expenseAccount === null);
  const pushed = Math.max(0, Math.min(queued, queued - unsent - Math.max(0, stopped - taken)));
  return { kind, total, found, linked, pushed, blocked: isQuiet ? 0 : stopped, waiting: unsent + (isQuiet ? stopped : 0) };
};

const callsLeft = (backfill: Backfill, { waiting }: Left): number =>
  backfill.kinds.reduce((calls, kind) => {
    const { found, looked } = sumsOf(backfill, kind);
    const { perLook, callsFor } = kindsOfDocument[kind];
    const unseen = Math.max(0, found - looked);
    return calls + (perLook === undefined ? 0 : Math.ceil(unseen / perLook)) + callsFor(amount(waiting, kind) + unseen);
  }, 0);
