import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { accessTokens } from '../../functions/xero/access-token.ts';
import { openBooks, type OpenBooks } from '../../functions/xero/open-books.ts';
import { roomFlows } from '../../functions/xero/room-flows.ts';
import { workThrough } from '../../functions/xero/work-through.ts';
import type { XeroWorld } from '../../functions/xero/world.ts';
import { openTable } from '../../shared/store/table.ts';
import { tableName } from './engine.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import type { XeroStage } from './xero-stage.ts';

/** The end of a function in the middle of its work. */
class Crash extends Error {}

type Call = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;

export interface Crashing {
  /** A call to the outside that may change something there. */
  readonly changing: Call;
  /** A call that only looks. */
  readonly reading: Call;
  /** How many calls have been counted. */
  calls(): number;
  /** Whether it has come to the crash: from then on every call fails. */
  ended(): boolean;
}

/** What is counted on the way to the crash. After a call that only looks, everything outside is as it was before it. */
export type Counted = 'calls' | 'changes';

/** Ends a function after its n-th call to the outside has had its effect; for 0 before it has made any. */
export const crashingAfter = (n: number, counted: Counted = 'calls'): Crashing => {
  let calls = 0;
  let ended = n === 0;
  const counting: Call =
    (call) =>
    async (...args) => {
      if (calls >= n) ended = true;
      if (ended) throw new Crash();
      calls += 1;
      const mine = calls;
      const answer = await call(...args);
      if (mine < n) return answer;
      ended = true;
      throw new Crash();
    };
  const passing: Call =
    (call) =>
    async (...args) => {
      if (ended) throw new Crash();
      return call(...args);
    };
  return {
    changing: counting,
    reading: counted === 'calls' ? counting : passing,
    calls: () => calls,
    ended: () => ended,
  };
};

/** Never crashes; counts. */
export const counting = (counted: Counted = 'calls'): Crashing => crashingAfter(Number.MAX_SAFE_INTEGER, counted);

/** Every request to the table, told apart by its command. */
const mortalClient = (client: DynamoDBDocumentClient, crash: Crashing): DynamoDBDocumentClient => {
  const send = (command: { constructor: { name: string } }): Promise<unknown> => {
    const mortal = /^(Get|BatchGet|Query)/.test(command.constructor.name) ? crash.reading : crash.changing;
    return mortal(() => client.send(command as never) as Promise<unknown>)();
  };
  return { send } as unknown as DynamoDBDocumentClient;
};

/** A world in which each request to the table, the secrets, the queues and Xero's sign-in may be the last. */
export const crashingWorld = ({ world, engine }: XeroStage, crash: Crashing): XeroWorld => {
  const { secrets, http, ring, app } = world;
  const fetch = http as (...args: [unknown, { method?: string } | undefined]) => Promise<unknown>;
  const store = {
    read: crash.reading(secrets.read),
    write: crash.changing(secrets.write),
    remove: crash.changing(secrets.remove),
  };
  return {
    ...world,
    table: openTable(mortalClient(engine.client, crash), tableName, world.sleep),
    secrets: { ...secrets, ...store },
    http: ((...args: Parameters<typeof fetch>) =>
      ((args[1]?.method ?? 'GET') === 'GET' ? crash.reading : crash.changing)(fetch)(...args)) as unknown as XeroWorld['http'],
    ring: crash.changing(ring),
    app: crash.reading(app),
  };
};

/** An SDK's object whose every call may be the last; those whose names begin with `get` only look. */
const mortalApi = <T extends object>(api: T, crash: Crashing): T =>
  new Proxy(api, {
    get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      const mortal = String(name).startsWith('get') ? crash.reading : crash.changing;
      return mortal((...args: unknown[]) => (member as (...given: unknown[]) => Promise<unknown>).apply(target, args));
    },
  });

/** One run of the worker that may end at any of its calls. */
export const workCrashing = async (stage: XeroStage, { workspace }: TestWorkspace, crash: Crashing): Promise<void> => {
  const world = crashingWorld(stage, crash);
  const open: OpenBooks = async (...args) => {
    const books = await openBooks(world, accessTokens(world))(...args);
    return { ...books, send: (shape, call) => books.send(shape, (api, tenant) => call(mortalApi(api, crash), tenant)) };
  };
  const needs = { table: world.table, now: () => new Date(stage.clock.now()).toISOString(), newId };
  const send = crash.changing(async (message: object) => void stage.toStripe.push(message));
  const flows = roomFlows({ ...needs, stripeEvents: { send } });
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
