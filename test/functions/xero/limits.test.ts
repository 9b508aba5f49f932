import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { getConnection } from '../../../functions/xero/get-connection.ts';
import { askXero, openBooks } from '../../../functions/xero/open-books.ts';
import { ringDue } from '../../../functions/xero/ring-due.ts';
import { progressNoted, readXeroConnection, replaceXeroConnection } from '../../../shared/store/xero-connections.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { listAccounts } from '../../../shared/xero/list-accounts.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1000 }));
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const status = async () => (await getConnection(stage.world)(callOf(place.finance))).body as Record<string, unknown>;
const now = () => new Date(stage.clock.now()).toISOString();
const sweep = async () => {
  stage.rung.length = 0;
  await ringDue({ table: stage.engine.table, now, ring: stage.world.ring })();
  return stage.rung.filter((id) => id === place.workspace.id).length;
};

describe('F52: when Xero says that the day is used up', () => {
  test('nothing is called, lost or rung for until the day is over, and status says when', async () => {
    await stage.fault({ fault: 'day-limit', seconds: 7200 });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await stage.calls()).toHaveLength(1);
    const shown = await status();
    expect(shown).toMatchObject({ state: 'waiting-for-limit', estimated: false, waiting: { urgent: 1 } });
    const wait = Date.parse(String(shown['nextSyncAt'])) - stage.clock.now();
    expect(Math.round(wait / 1000)).toBe(7200);

    await stage.resetCalls();
    expect(await sweep()).toBe(0);
    await work();
    await stage.clock.advance(7000);
    await work();
    expect(await stage.calls({ all: true })).toEqual([]);

    await stage.clock.advance(300);
    expect(await sweep()).toBe(1);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect(await status()).toMatchObject({ state: 'connected', nextSyncAt: null, waiting: { urgent: 0 } });
  });
});

describe('below half of the day', () => {
  afterEach(() => stage.control('POST', 'settings', { tier: 1000 }));

  test('a document whose contact has to be looked for and made first goes with the calls of one turn', async () => {
    await stage.choose(place.workspace.id, { contactPolicy: 'match-or-create' });
    await stage.control('POST', 'settings', { tier: 400 });
    const known = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await syncOf(stage, place, known.id)).toMatchObject({ state: 'synced' });
    const nobody = await aClient(stage, place, { name: 'Newcomers Ltd', email: 'office@newcomers.example' });
    const invoice = await anInvoice(stage, place, nobody, { lane: 'documents' });
    await stage.resetCalls();
    // Calls are minutes apart by now, longer than what is known of contacts counts as fresh.
    for (let minutes = 0; minutes < 60 && (await syncOf(stage, place, invoice.id))?.state !== 'synced'; minutes += 5) {
      await stage.clock.advance(300);
      await work();
    }
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'GET Contacts',
      'PUT Contacts',
      'PUT Invoices',
    ]);
    await stage.resetCalls();
    const next = await anInvoice(stage, place, nobody, { lane: 'documents' });
    await work();
    expect(await stage.calls()).toEqual([]);
    expect(await syncOf(stage, place, next.id)).toBeUndefined();
  });
});

describe('F52: when Xero asks for a short pause', () => {
  test.each([
    ['minute-limit', 30],
    ['app-limit', 20],
    ['concurrent-limit', 5],
  ])('%s: work goes on after %d seconds and is done once', async (fault, seconds) => {
    await stage.fault({ fault, ...(fault === 'concurrent-limit' ? {} : { seconds }) });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    await work();
    expect(await stage.calls()).toHaveLength(1);
    await stage.clock.advance(seconds + 1);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).invoices).toHaveLength(1);
  });
});

describe('the budget', () => {
  test('is learned from the answers', async () => {
    await anInvoice(stage, place, bakery);
    await work();
    const { callsLeftToday } = await status();
    expect(callsLeftToday).toBeGreaterThan(900);
    expect(callsLeftToday).toBeLessThan(1000);
  });

  test('F53: keeps a reserve of the day for people', async () => {
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    await stage.engine.table.commit([
      progressNoted(place.workspace.id, connection, { dayLeft: 50, dayMost: 1000, limitsSeenAt: now() }),
    ]);
    const slow = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await stage.calls()).toEqual([]);
    expect(await status()).toMatchObject({ state: 'waiting-for-limit', estimated: true });
    const urgent = await anInvoice(stage, place, bakery, { lane: 'urgent' });
    await work();
    expect(await syncOf(stage, place, urgent.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, slow.id)).toMatchObject({ state: 'synced' });
  });

  test('F52: that is used up for the minute is told while something waits for it', async () => {
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    const used = { minuteLeft: 5, dayLeft: 900, dayMost: 1000, limitsSeenAt: now() };
    await stage.engine.table.commit([progressNoted(place.workspace.id, connection, used)]);
    expect(await status()).toMatchObject({ state: 'connected', nextSyncAt: null, reason: null });
    await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await stage.calls()).toEqual([]);
    const told = await status();
    expect(told).toMatchObject({ state: 'waiting-for-limit', estimated: true, reason: expect.stringContaining('a minute') });
    expect(Date.parse(String(told['nextSyncAt'])) - Date.parse(used.limitsSeenAt)).toBe(60_000);
    await stage.clock.advance(61);
    await work();
    expect(await status()).toMatchObject({ state: 'connected', nextSyncAt: null, waiting: { documents: 0 } });
  });

  test('never asks for more than sixty calls a minute', async () => {
    for (let n = 0; n < 70; n += 1) {
      await anInvoice(stage, place, bakery);
      await work();
    }
    expect((await stage.calls()).filter(({ status: answered }) => answered === 429)).toEqual([]);
    await stage.clock.advance(61);
    await work();
    expect((await stage.books()).invoices).toHaveLength(70);
  });
});

test('an organisation that was disconnected gets no bell', async () => {
  await anInvoice(stage, place, bakery);
  expect(await sweep()).toBe(1);
  const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
  await stage.engine.table.commit([replaceXeroConnection(place.workspace.id, connection, { state: 'needs-reconnect' })]);
  expect(await sweep()).toBe(0);
});

test('however many people ask at once, at most three of their calls are in flight', async () => {
  let inFlight = 0;
  let most = 0;
  const world = { ...stage.world };
  const ask = askXero(world, openBooks(world, accessTokens(world)));
  const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      ask(place.workspace.id, connection, async (xero) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        const accounts = await listAccounts(xero);
        inFlight -= 1;
        return accounts.length;
      }),
    ),
  );
  expect(most).toBeLessThanOrEqual(3);
  expect(new Set(answers).size).toBe(1);
});

test('an answer that never came teaches nothing, and overwrites nothing', async () => {
  await stage.fault({ fault: 'drop-answer' });
  const world = { ...stage.world };
  const before = await readXeroConnection(stage.engine.table)(place.workspace.id);
  const ask = askXero(world, openBooks(world, accessTokens(world)));
  await expect(ask(place.workspace.id, before, listAccounts)).rejects.toThrow();
  expect(await readXeroConnection(stage.engine.table)(place.workspace.id)).toEqual(before);
});
