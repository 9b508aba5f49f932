import { afterAnswer, afterDayRefusal, mayCall, type CallBudget, type Haste } from '../../shared/domain/call-budget.ts';
import { Conflict } from '../../shared/domain/conflict.ts';
import { askedInVain } from '../../shared/domain/outage.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { progressNoted, readXeroConnection, type Progress, type XeroConnection } from '../../shared/store/xero-connections.ts';
import { slotFreed, slotTaken } from '../../shared/store/xero-slots.ts';
import { openXero, type LimitsSeen, type Xero } from '../../shared/xero/client.ts';
import { outcomeUnknown, XeroError } from '../../shared/xero/failure.ts';
import { AccessLost, type AccessTokens } from './access-token.ts';
import { instantAt, type XeroWorld } from './world.ts';

// Flow of several doors: calls to a workspace's organisation, within its limits, with a token that is renewed at need.

/** Xero, or our own care for its limits, asks for a pause. */
export class MustWait extends Error {
  readonly until: string;
  readonly reason: string;
  readonly estimated: boolean;
  /** Whether Xero itself refused, and not our reserve for people. */
  readonly refused: boolean;

  constructor(until: string, reason: string, { estimated, refused }: { estimated: boolean; refused: boolean }) {
    super(`Xero takes no calls before ${until}`);
    this.name = 'MustWait';
    this.until = until;
    this.reason = reason;
    this.estimated = estimated;
    this.refused = refused;
  }
}

/** An organisation's books, opened for one piece of work. */
export interface Books extends Xero {
  /** What is known of the organisation's limits by now. */
  budget(): CallBudget;
  /** What the calls made so far have taught about the limits, and about whether Xero answers at all. */
  learned(): Progress;
  /** Throws `MustWait` when the next call would have to wait, or to be spaced out from those before: asked before work is begun. */
  requireCall(): void;
  /** How many answers have come so far. */
  calls(): number;
}

export interface OpenBooks {
  (
    workspaceId: string,
    connection: XeroConnection,
    how: { readonly timeoutMs: () => number; readonly haste: () => Haste },
  ): Promise<Books>;
}

/** Seconds to wait when Xero doesn't say. */
const waitSeconds: Readonly<Record<string, number>> = {
  'minute-limit': 60,
  'app-limit': 60,
  'concurrent-limit': 5,
  'day-limit': 3600,
};

/** Opens the books of a connected organisation. Throws `AccessLost`; its calls throw `MustWait`, `AccessLost` and `XeroError`. */
export const openBooks =
  (world: XeroWorld, tokens: AccessTokens): OpenBooks =>
  async (ws, connection, { timeoutMs, haste }) => {
    const { organisation } = connection;
    if (!organisation) throw new AccessLost();
    let budget = budgetOf(connection);
    let calls = 0;
    /** Whether the latest call got an answer that can be used, be it a refusal; and the outage before the first that did. */
    let answers = true;
    let { outage } = connection;
    const onAnswer = (seen: LimitsSeen): void => {
      calls += 1;
      if (seen.minuteLeft === undefined && seen.dayLeft === undefined) return;
      budget = afterAnswer(budget, { ...seen, now: instantAt(world), haste: haste() });
    };
    const open = async (renew: boolean): Promise<Xero> =>
      openXero({
        apiUrl: world.addresses.api,
        tenantId: organisation.tenantId,
        accessToken: await tokens.get(ws, connection, renew),
        timeoutMs,
        onAnswer,
      });
    let xero = await open(false);
    const failed = async (error: unknown): Promise<never> => {
      if (!(error instanceof XeroError)) throw error;
      if (error.status === 429) {
        const pause = pauseFor(world, error);
        if (error.code === 'day-limit' && !pause.estimated) budget = afterDayRefusal(budget, pause.until);
        throw pause;
      }
      if (error.code !== 'unauthorized' && error.code !== 'forbidden') throw error;
      await tokens.lose(ws, connection, 'Xero refuses access: it was withdrawn there, or a permission is missing.');
      throw new AccessLost();
    };
    const heard = (usable: boolean): void => {
      answers = usable;
      if (usable) outage = null;
    };
    const outageNow = (): Progress => {
      if (!answers) return { outage: askedInVain(outage, instantAt(world)) };
      return connection.outage === null ? {} : { outage: null };
    };
    const judge = (soon: Haste): void => {
      const judged = mayCall(budget, { now: instantAt(world), haste: soon });
      if (!judged.ok) throw new MustWait(judged.until, judged.reason, { estimated: true, refused: false });
    };
    return {
      requireCall: () => judge(haste()),
      budget: () => budget,
      calls: () => calls,
      learned: () => (calls > 0 ? { ...budget, ...outageNow() } : {}),
      send: async (shape, call) => {
        // What has begun in its turn is not spaced out within: what its first calls have found would be old before the last.
        judge(haste() === 'in-turn' ? 'prompt' : haste());
        try {
          const answer = await xero.send(shape, call);
          heard(true);
          return answer;
        } catch (error) {
          heard(!outcomeUnknown(error));
          if (!(error instanceof XeroError) || error.code !== 'unauthorized') return failed(error);
          xero = await open(true);
          return xero.send(shape, call).catch(failed);
        }
      },
    };
  };

/** What the connection knows of the organisation's limits. */
export const budgetOf = ({
  minuteLeft,
  dayLeft,
  dayMost,
  limitsSeenAt,
  dayBeganAt,
  dayBeganWithinMs,
  paceAt,
}: CallBudget): CallBudget => ({ minuteLeft, dayLeft, dayMost, limitsSeenAt, dayBeganAt, dayBeganWithinMs, paceAt });

const pauseFor = (world: XeroWorld, { code, retryAfterSeconds }: XeroError): MustWait => {
  const seconds = retryAfterSeconds ?? waitSeconds[code] ?? 60;
  return new MustWait(instantAt(world, seconds * 1000), code, { estimated: retryAfterSeconds === undefined, refused: true });
};

/**
 * Runs calls that a person waits for, in one of the slots that people have. A pause becomes a refusal that says when to come
 * again; what was learned of the limits is kept.
 */
export const askXero =
  (world: XeroWorld, open: OpenBooks) =>
  async <T>(ws: string, connection: XeroConnection, run: (xero: Xero) => Promise<T>): Promise<T> => {
    if (connection.state !== 'connected') return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    if ((connection.pausedUntil ?? '') > instantAt(world)) return comeAgain(world, connection.pausedUntil ?? '');
    const free = await takeSlot(world, ws);
    try {
      return await askInSlot(world, open, ws, run);
    } finally {
      await free();
    }
  };

/** The limits as they are known now: whoever had the slot before has used some of them, and those in the other slots are using them. */
const askInSlot = async <T>(world: XeroWorld, open: OpenBooks, ws: string, run: (xero: Xero) => Promise<T>): Promise<T> => {
  const connection = await readXeroConnection(world.table)(ws);
  if ((connection.pausedUntil ?? '') > instantAt(world)) return comeAgain(world, connection.pausedUntil ?? '');
  const { minuteLeft } = connection;
  const certain = { ...connection, minuteLeft: minuteLeft === null ? null : Math.max(0, minuteLeft - slotsOfPeople.length) };
  const books = await open(ws, certain, { timeoutMs: () => 15_000, haste: () => 'at-once' });
  const keep = (progress: Progress): Promise<void> =>
    world.table.commit([progressNoted(ws, connection, progress)]).catch(() => undefined);
  try {
    const answer = await run(books);
    await keep({ ...books.learned(), usedAt: instantAt(world) });
    return answer;
  } catch (error) {
    if (!(error instanceof MustWait)) throw error;
    await keep({ ...books.learned(), ...pauseOf(error) });
    return comeAgain(world, error.until);
  }
};

/** Xero takes 5 calls at once: one is the worker's, one is spare. */
const slotsOfPeople = [1, 2, 3] as const;
const slotMs = 30_000;
const slotTries = 20;

/** Waits up to some seconds for a slot. Returns what gives it back. */
const takeSlot = async (world: XeroWorld, ws: string): Promise<() => Promise<void>> => {
  for (let tries = 0; tries < slotTries; tries += 1) {
    for (const slot of slotsOfPeople) {
      const until = instantAt(world, slotMs);
      try {
        await world.table.commit([slotTaken(ws, slot, instantAt(world), until)]);
        return () => world.table.commit([slotFreed(ws, slot, until)]).catch(() => undefined);
      } catch (error) {
        if (!(error instanceof Conflict)) throw error;
      }
    }
    await world.sleep(250);
  }
  return comeAgain(world, instantAt(world, 10_000));
};

/** What the connection keeps of a pause. Our own reserve is reckoned anew each time and kept nowhere. */
export const pauseOf = ({ until, reason, estimated, refused }: MustWait): Progress =>
  refused ? { pausedUntil: until, pauseCode: reason, pauseEstimated: estimated } : {};

const comeAgain = (world: XeroWorld, until: string): never =>
  refuse('busy', `Xero takes no more calls until ${until}`, {
    retryAfterSeconds: Math.max(1, Math.ceil((Date.parse(until) - world.clock()) / 1000)),
  });
