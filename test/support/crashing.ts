import { accessTokens } from '../../functions/xero/access-token.ts';
import { openBooks, type OpenBooks } from '../../functions/xero/open-books.ts';
import { roomFlows } from '../../functions/xero/room-flows.ts';
import { workThrough } from '../../functions/xero/work-through.ts';
import type { XeroWorld } from '../../functions/xero/world.ts';
import type { Table } from '../../shared/store/table.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

/** The end of a function in the middle of its work. */
class Crash extends Error {}

type Call = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

export interface Crashing {
  readonly crashable: Call;
  calls(): number;
  /** Whether it has come to the crash: from then on every call fails. */
  ended(): boolean;
}

/** Ends the function at its n-th call to the outside, before or after the call has had its effect. */
export const crashingAt = (n: number, when: 'before' | 'after'): Crashing => {
  let calls = 0;
  let ended = false;
  const crashable: Call =
    (call) =>
    async (...args) => {
      calls += 1;
      const mine = calls;
      if (mine > n || (mine === n && when === 'before')) {
        ended = true;
        throw new Crash();
      }
      const answer = await call(...args);
      if (mine < n) return answer;
      ended = true;
      throw new Crash();
    };
  return { crashable, calls: () => calls, ended: () => ended };
};

/** Never crashes; counts. */
export const counting = (): Crashing => crashingAt(Number.MAX_SAFE_INTEGER, 'before');

/** A world in which each call to the table, to the secrets and to Xero's sign-in may be the last. */
export const crashingWorld = ({ world }: XeroStage, { crashable }: Crashing): XeroWorld => {
  const { table, secrets } = world;
  const wrapped = {
    ...table,
    get: crashable(table.get),
    batchGet: crashable(table.batchGet),
    query: crashable(table.query),
    queryAll: crashable(table.queryAll),
    commit: crashable(table.commit),
    putMany: crashable(table.putMany),
  } as Table;
  const store = {
    read: crashable(secrets.read),
    write: crashable(secrets.write),
    remove: crashable(secrets.remove),
  };
  return { ...world, table: wrapped, secrets: { ...secrets, ...store }, http: crashable(world.http) as XeroWorld['http'] };
};

/** One run of the worker that may end at any of its calls. */
export const workCrashing = async (stage: XeroStage, { workspace }: TestWorkspace, crash: Crashing): Promise<void> => {
  const world = crashingWorld(stage, crash);
  const open: OpenBooks = async (...args) => {
    const books = await openBooks(world, accessTokens(world))(...args);
    return { ...books, send: crash.crashable(books.send) as typeof books.send };
  };
  const needs = { table: world.table, now: () => new Date(stage.clock.now()).toISOString(), newId };
  const flows = roomFlows({ ...needs, stripeEvents: { send: async () => undefined } });
  await workThrough({ world, flows, open })(workspace.id, { remainingMs: () => 60_000 });
};

/** Lets something run into its crash, which it may take for another failure of the outside. */
export const untilCrash = async ({ ended }: Crashing, run: () => Promise<unknown>): Promise<void> => {
  try {
    await run();
  } catch (error) {
    if (!ended()) throw error;
  }
};
