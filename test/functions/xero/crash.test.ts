import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { openBooks, type OpenBooks } from '../../../functions/xero/open-books.ts';
import { workThrough } from '../../../functions/xero/work-through.ts';
import { roomFlows } from '../../../functions/xero/room-flows.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import type { Table } from '../../../shared/store/table.ts';
import { readXeroSettings, replaceXeroSettings } from '../../../shared/store/xero-settings.ts';
import { aClient, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, type XeroStage } from '../../support/xero-stage.ts';

let stage: XeroStage;
beforeAll(async () => {
  stage = await startXeroStage();
});
afterAll(() => stage.close());

class Crash extends Error {}

/** Ends the function at its n-th call to the outside, before or after the call has had its effect. */
const crashingAt = (n: number, when: 'before' | 'after') => {
  let calls = 0;
  const crashable =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      const mine = calls;
      if (mine > n || (mine === n && when === 'before')) throw new Crash();
      const answer = await call(...args);
      if (mine === n) throw new Crash();
      return answer;
    };
  return { crashable, calls: () => calls };
};

const run = async (place: TestWorkspace, crash?: ReturnType<typeof crashingAt>): Promise<void> => {
  const wrap = crash?.crashable ?? (<T>(call: T): T => call);
  const { table } = stage.engine;
  const wrapped: Table = {
    get: wrap(table.get),
    batchGet: wrap(table.batchGet),
    query: wrap(table.query),
    queryAll: wrap(table.queryAll),
    commit: wrap(table.commit),
    putMany: wrap(table.putMany),
  } as Table;
  const world = { ...stage.world, table: wrapped };
  const open: OpenBooks = async (...args) => {
    const books = await openBooks(world, accessTokens(world))(...args);
    return { ...books, send: wrap(books.send) as typeof books.send };
  };
  const needs = { table: wrapped, now: () => new Date(stage.clock.now()).toISOString(), newId };
  const flows = roomFlows({ ...needs, stripeEvents: { send: async () => undefined } });
  await workThrough({ world, flows, open })(place.workspace.id, { remainingMs: () => 60_000 });
};

const scene = async () => {
  const place = await stage.fresh();
  await stage.connect(place.admin);
  await run(place);
  const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
  await stage.engine.table.commit([replaceXeroSettings(place.workspace.id, settings, { contactPolicy: 'match-or-create' })]);
  const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
  const known = await aClient(stage, place, { name: 'Café Olé' });
  const first = await anInvoice(stage, place, client);
  const second = await anInvoice(stage, place, known);
  const paid = await aPayment(stage, place, first);
  return { place, client, documents: [first, second, paid] };
};

const expectEverythingOnce = async ({ place, client, documents }: Awaited<ReturnType<typeof scene>>): Promise<void> => {
  const books = await stage.books();
  expect(books.contacts.filter((contact) => contact['ContactNumber'] === client.id)).toHaveLength(1);
  expect(books.invoices.map((invoice) => invoice['Reference']).sort()).toEqual([documents[0]?.id, documents[1]?.id].sort());
  expect(books.payments.map((payment) => payment['Reference'])).toEqual([documents[2]?.id]);
  for (const { id } of documents) expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
  expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
};

describe('F49: whenever the worker is cut off', () => {
  let calls = 0;
  test('an undisturbed run does everything', async () => {
    const undisturbed = await scene();
    const counter = crashingAt(Number.MAX_SAFE_INTEGER, 'before');
    await run(undisturbed.place, counter);
    calls = counter.calls();
    expect(calls).toBeGreaterThan(20);
    await expectEverythingOnce(undisturbed);
  });

  test.each(['before', 'after'] as const)(
    '%s any of its calls to the outside, everything is there once in the end',
    async (when) => {
      for (let n = 1; n <= calls; n += 1) {
        const cut = await scene();
        await run(cut.place, crashingAt(n, when)).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        for (let later = 0; later < 3; later += 1) {
          await stage.clock.advance(9 * 60);
          await run(cut.place);
        }
        await expectEverythingOnce(cut);
      }
    },
  );
});
