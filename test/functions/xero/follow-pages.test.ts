import { beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { followPages } from '../../../functions/xero/follow-pages.ts';
import { pollAll } from '../../../functions/xero/want-changes.ts';
import type { Run } from '../../../functions/xero/run.ts';
import type { Client } from '../../../shared/store/clients.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import type { Table } from '../../../shared/store/table.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { progressNoted, readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

/** Two contacts are merged, which changes all their invoices in the same second; the due dates of ours were moved before. */
const merged = async (foreign: number): Promise<InvoiceHead[]> => {
  const ours: InvoiceHead[] = [];
  for (let n = 0; n < 8; n += 1) ours.push(await anInvoice(stage, place, bakery));
  await stage.work(place.workspace.id);
  await stage.control('POST', 'foreign', { tenantId, invoices: foreign, contacts: 1 });
  const { contacts } = await stage.books();
  const idOf = (name: RegExp) => String(contacts.find(({ Name }) => name.test(String(Name)))?.['ContactID']);
  const [from, into] = [idOf(/^Foreign customer/), idOf(/^Harbour Bakery/)];
  for (const invoice of ours) {
    const id = (await xero.there(invoice))['InvoiceID'];
    const set = { DueDate: '2026-12-24', ContactID: from };
    await stage.control('POST', 'tamper', { tenantId, collection: 'invoices', id, set, silent: true });
  }
  await xero.accountant('merge', { id: from, into });
  return ours;
};

const followed = async (ours: readonly InvoiceHead[]): Promise<number> =>
  (await Promise.all(ours.map((invoice) => xero.now(invoice)))).filter((now) => now?.dueDate === '2026-12-24').length;

/** The hourly look is due. */
const wanted = async (): Promise<void> => {
  await stage.clock.advance(3600);
  await pollAll(xero.needs)();
  await stage.resetCalls();
};

const pagesRead = async (): Promise<string[]> =>
  (await stage.calls()).filter(({ path }) => path.endsWith('/Invoices')).map(({ query }) => query['page'] ?? '');

describe('more invoices changed within one second than a run has time for', () => {
  test('each run goes on where the one before it stopped, and all of them are followed', async () => {
    const ours = await merged(2_200);
    await wanted();
    const pages: number[] = [];
    while ((await readWaitingWork(stage.engine.table)(place.workspace.id)).length > 0) {
      let looks = 0;
      await stage.work(place.workspace.id, { remainingMs: () => ((looks += 1) > 3 ? 1_000 : 60_000) });
      pages.push((await pagesRead()).length);
      expect(pages.length).toBeLessThan(20);
    }
    expect(await followed(ours)).toBe(8);
    // Nothing changed since: nobody has to go back.
    expect(await pagesRead()).toEqual(['1', '1', '2', '3']);
    expect(Math.max(...pages.map((read, run) => read - (pages[run - 1] ?? 0)))).toBeLessThan(3);
    await stage.resetCalls();
    await xero.poll();
    expect(await pagesRead()).toEqual(['1']);
  }, 30_000);
});

describe('pages that shift while they are read', () => {
  interface Thing {
    readonly id: number;
    readonly updatedAt: string;
  }
  const startedAt = Date.parse('2026-11-22T10:00:00.000Z');
  const pageSize = 4;

  /** An organisation's list, in which things change between one page and the next: by the number of pages read before. */
  const listOf = (sizes: readonly number[], changes: readonly (readonly [afterPages: number, id: number])[]) => {
    let now = startedAt;
    let things: Thing[] = [];
    for (const [second, size] of sizes.entries())
      for (let n = 0; n < size; n += 1)
        things.push({ id: things.length, updatedAt: new Date(startedAt - 3_600_000 + second * 1000).toISOString() });
    const seen = new Map<number, string>();
    let pagesRead = 0;
    return {
      seen,
      now: () => now,
      things: () => things,
      pagesRead: () => pagesRead,
      read: async ({ page, changedSince }: { page: number; changedSince: string | undefined }) => {
        now += 20_000;
        const changed = changes.filter(([after]) => after === pagesRead).map(([, id]) => id % Math.max(1, things.length));
        pagesRead += 1;
        const updatedAt = new Date(now - 5_000).toISOString();
        things = things
          .map((thing) => (changed.includes(thing.id) ? { ...thing, updatedAt } : thing))
          .sort((one, other) => one.updatedAt.localeCompare(other.updatedAt) || one.id - other.id);
        const since = things.filter((thing) => thing.updatedAt > (changedSince ?? ''));
        const found = since.slice((page - 1) * pageSize, page * pageSize);
        return { found, more: page * pageSize < since.length };
      },
      take: async (found: readonly Thing[]) => found.forEach(({ id, updatedAt }) => void seen.set(id, updatedAt)),
    };
  };

  class Crash extends Error {}

  /** A run of the worker, as far as pages need one: it has time for so many pages, and may die before or after it writes. */
  const runOf = async (there: ReturnType<typeof listOf>, pages: number, crashes: readonly number[]): Promise<Run> => {
    let left = pages;
    const { table } = stage.engine;
    const commit: Table['commit'] = async (writes) => {
      if (crashes.includes(2 * there.pagesRead())) throw new Crash();
      await table.commit(writes);
      if (crashes.includes(2 * there.pagesRead() + 1)) throw new Crash();
    };
    return {
      ws: place.workspace.id,
      world: { table: { ...table, commit }, clock: there.now },
      connection: await readXeroConnection(stage.engine.table)(place.workspace.id),
      manifest: { version: 0 },
      looked: { lane: 'urgent', calls: 0 },
      books: { calls: () => 0, learned: () => ({}) },
      deadline: { remainingMs: () => ((left -= 1) > 0 ? 60_000 : 1_000) },
    } as unknown as Run;
  };

  test('law: nothing is missed, whatever changes meanwhile, however little time a run has, and wherever it dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(12), fc.nat(40)), { maxLength: 14 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        async (sizes, changes, pagesPerRun, crashes) => {
          const before = await readXeroConnection(stage.engine.table)(place.workspace.id);
          const began = { invoicesUntil: '2026-11-22T08:00:00.000Z', reached: {} };
          await stage.engine.table.commit([progressNoted(place.workspace.id, before, began)]);
          const there = listOf(sizes, changes);
          const { read, take } = there;
          // Three looks: what changes behind the back of one is the next one's.
          for (let look = 0; look < 3; look += 1) {
            let ended = false;
            while (!ended) {
              const run = await runOf(there, pagesPerRun, crashes);
              ended = await followPages<Thing>(run, { watermark: 'invoicesUntil', read, take }).catch((error: unknown) => {
                if (!(error instanceof Crash)) throw error;
                return false;
              });
              expect(there.pagesRead()).toBeLessThan(120);
            }
          }
          expect([...there.seen].sort(([one], [other]) => one - other)).toEqual(
            there
              .things()
              .map(({ id, updatedAt }) => [id, updatedAt])
              .sort(([one], [other]) => Number(one) - Number(other)),
          );
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
