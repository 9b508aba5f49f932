import { accessTokens } from '../../functions/xero/access-token.ts';
import { openBooks, type OpenBooks } from '../../functions/xero/open-books.ts';
import { roomFlows } from '../../functions/xero/room-flows.ts';
import { workThrough } from '../../functions/xero/work-through.ts';
import { readWaitingWork } from '../../shared/store/waiting-work.ts';
import { newId, type TestWorkspace } from '../support/workspace.ts';
import type { XeroStage } from '../support/xero-stage.ts';

/** Stands around each call to Xero. */
export type Around = <R>(call: () => Promise<R>) => Promise<R>;

/** One run of the worker, with something around each of its calls to Xero. */
export const workCounted = async ({ world, clock }: XeroStage, { workspace }: TestWorkspace, around: Around): Promise<void> => {
  const open: OpenBooks = async (...args) => {
    const books = await openBooks(world, accessTokens(world))(...args);
    return { ...books, send: (shape, call) => around(() => books.send(shape, call)) };
  };
  const needs = { table: world.table, now: () => new Date(clock.now()).toISOString(), newId };
  const flows = roomFlows({ ...needs, stripeEvents: { send: async () => undefined } });
  await workThrough({ world, flows, open })(workspace.id, { remainingMs: () => 60_000 });
};

/** Works until nothing waits, a minute later each time. Refuses to go on for ever. */
export const drain = async (stage: XeroStage, place: TestWorkspace, around: Around = (call) => call()): Promise<void> => {
  for (let runs = 0; runs < 120; runs += 1) {
    await workCounted(stage, place, around);
    if ((await readWaitingWork(stage.engine.table)(place.workspace.id, 1)).length === 0) return;
    await stage.clock.advance(60);
  }
  throw new Error('The backlog never ends');
};
