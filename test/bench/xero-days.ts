import { accessTokens } from '../../functions/xero/access-token.ts';
import { keepFresh } from '../../functions/xero/keep-fresh.ts';
import { askXero, openBooks } from '../../functions/xero/open-books.ts';
import { pollAll } from '../../functions/xero/want-changes.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { comparisonWanted, readReconciliation } from '../../shared/store/reconciliation.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { listAccounts } from '../../shared/xero/list-accounts.ts';
import { aBakery, aClient, anInvoice } from '../support/xero-documents.ts';
import type { TestWorkspace } from '../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../support/xero-stage.ts';
import { atMost, type Figure } from './figure.ts';
import { drain, workCounted } from './drain.ts';

const hourSeconds = 3600;

/** A connected workspace with one invoice that has been through, and is no longer open. */
const quietPlace = async (stage: XeroStage): Promise<TestWorkspace> => {
  const place = await stage.connected();
  const client = await aBakery(stage, place);
  await anInvoice(stage, place, client, { dueDate: null });
  await drain(stage, place);
  await stage.resetCalls();
  return place;
};

const hourlyLook = async (stage: XeroStage, { workspace }: TestWorkspace): Promise<void> => {
  await pollAll({ table: stage.engine.table, clock: () => stage.clock.now(), ring: async () => undefined })();
  await stage.work(workspace.id);
};

/** G5: an organisation where nothing happens, looked at each hour. The token falls due once in each of them. */
const quietFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const days = 30;
  const place = await quietPlace(stage);
  const sweep = () => keepFresh(stage.world, accessTokens(stage.world))({ remainingMs: () => 200_000 });
  // Until the last use is over half an hour ago.
  await stage.clock.advance(45 * 60);
  await sweep();
  await stage.resetCalls();
  let mostCalls = 0;
  let needless = 0;
  for (let day = 0; day < days; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) {
      await stage.clock.advance(25 * 60);
      await sweep();
      await stage.clock.advance(35 * 60);
      await sweep();
      await hourlyLook(stage, place);
    }
    const all = await stage.calls({ all: true });
    const accounting = all.filter(({ path }) => path.startsWith('/api.xro/')).length;
    const refreshes = all.filter(({ path }) => path === '/connect/token').length;
    mostCalls = Math.max(mostCalls, accounting);
    // An hourly call needs a token each hour, as one lives half as long.
    needless += Math.max(0, refreshes - accounting);
    await stage.resetCalls();
  }
  return [
    atMost('G5', `Xero calls on any of ${days} days, nothing open`, mostCalls, 24, 0),
    atMost('G5', `token refreshes without a call that needed them, ${days} days`, needless, 0, 0),
  ];
};

const compare = async (stage: XeroStage, place: TestWorkspace, scope: 'changed' | 'all'): Promise<number> => {
  await stage.clock.advance(24 * hourSeconds);
  await stage.resetCalls();
  const { table } = stage.engine;
  const at = new Date(stage.clock.now()).toISOString();
  const read = await readReconciliation(table)(place.workspace.id);
  await table.commit(comparisonWanted(place.workspace.id, read, { scope, version: stage.clock.now(), at, dueAt: at }).writes);
  await drain(stage, place);
  const { state } = await readReconciliation(table)(place.workspace.id);
  if (state !== 'done') throw new Error(`The comparison ended as ${state}`);
  return (await stage.calls()).length;
};

/** G6: a comparison of whole books, then of what changed in them since. */
const comparisonFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const place = await quietPlace(stage);
  await stage.control('POST', 'foreign', { tenantId, invoices: 3000, contacts: 50 });
  const { contacts, invoices, payments } = await stage.books();
  const pages = [contacts, invoices, payments].map(({ length }) => Math.max(1, Math.ceil(length / 1000)));
  const whole = await compare(stage, place, 'all');
  const client = await aClient(stage, place, { name: 'Hamilton Roofing', email: 'office@hamiltonroofing.example' });
  for (let sent = 0; sent < 5; sent += 1) await anInvoice(stage, place, client);
  await drain(stage, place);
  const changed = await compare(stage, place, 'changed');
  const wholeGoal = pages.reduce((sum, one) => sum + one, 0);
  return [
    atMost('G6', 'Xero calls of a comparison of what changed, three kinds', changed, 3),
    atMost('G6', `Xero calls of a whole comparison, ${invoices.length} invoices there, three kinds`, whole, wholeGoal),
  ];
};

/**
 * G8: a day of 1,000 calls, 950 of them used: each ten minutes an invoice that nobody waits for and some people, who now and then
 * all come at once.
 */
const fullDayFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const [rounds, wanted] = [144, 950];
  const place = await quietPlace(stage);
  const client = await aClient(stage, place, { name: 'Hamilton Roofing', email: 'office@hamiltonroofing.example' });
  const atOnce = { now: 0, most: 0 };
  const counting = async <R>(call: () => Promise<R>): Promise<R> => {
    atOnce.now += 1;
    atOnce.most = Math.max(atOnce.most, atOnce.now);
    return call().finally(() => (atOnce.now -= 1));
  };
  const ask = askXero(stage.world, openBooks(stage.world, accessTokens(stage.world)));
  const person = async (): Promise<void> => {
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    await ask(place.workspace.id, connection, (xero) => counting(() => listAccounts(xero))).catch((error: unknown) => {
      // Told to come again: no call was made.
      if (!(error instanceof Refusal)) throw error;
    });
  };
  let made = 0;
  for (let round = 0; round < rounds; round += 1) {
    await anInvoice(stage, place, client, { lane: 'backfill' });
    const people = Math.min(round % 24 === 0 ? 70 : 4, wanted - made);
    await Promise.all([
      workCounted(stage, place, counting),
      (async () => {
        for (let asked = 0; asked < people; asked += 10)
          await Promise.all(Array.from({ length: Math.min(10, people - asked) }, person));
      })(),
    ]);
    await stage.clock.advance(600);
    made = (await stage.calls()).filter(({ status }) => status !== 429).length;
  }
  const refused = (await stage.calls()).filter(({ status }) => status === 429).length;
  return [
    atMost('G8', `refusals for too many calls, a day of ${made} calls of 1,000`, refused, 0, 0),
    atMost('G8', 'calls at once on that day', atOnce.most, 5),
  ];
};

/** G5, G6 and G8: what whole days with Xero cost, at a simulated clock. */
export const xeroDayFigures = async (): Promise<Figure[]> => {
  const figures: Figure[] = [];
  const stages: [5000 | 1000, (stage: XeroStage) => Promise<Figure[]>][] = [
    [5000, quietFigures],
    [5000, comparisonFigures],
    [1000, fullDayFigures],
  ];
  for (const [tier, measure] of stages) {
    const stage = await startXeroStage({ tier });
    try {
      figures.push(...(await measure(stage)));
    } finally {
      await stage.close();
    }
  }
  return figures;
};
