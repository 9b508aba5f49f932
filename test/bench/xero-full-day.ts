import { pollAll } from '../../functions/xero/want-changes.ts';
import { comparisonWanted, readReconciliation } from '../../shared/store/reconciliation.ts';
import { readWaitingWork } from '../../shared/store/waiting-work.ts';
import { changesIn } from '../support/xero-changes.ts';
import { aClient, anInvoice } from '../support/xero-documents.ts';
import type { TestWorkspace } from '../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../support/xero-stage.ts';
import { connectedPlace } from './connected-place.ts';
import { drain, workCounted } from './drain.ts';
import { atLeast, atMost, type Figure } from './figure.ts';

/** A little more than is wanted of a day: whether all of it goes is what the figure says. */
const paidInvoices = 13_500;
const callsOfADay = 1000;
const reserve = 50;
const atOnce = 8;

/** Paid invoices of clients that Xero doesn't know yet; all of it waits. */
const backlog = async (stage: XeroStage, place: TestWorkspace): Promise<void> => {
  const xero = changesIn(stage, () => place);
  let made = 0;
  const one = async (): Promise<void> => {
    for (let n = made++; n < paidInvoices; n = made++) {
      const client = await aClient(stage, place, { name: `Client ${n}`, email: `client-${n}@clients.example` });
      const invoice = await anInvoice(stage, place, client, { lane: 'backfill' });
      await xero.paid(invoice, invoice.total.amount);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
};

const look = (stage: XeroStage): Promise<void> =>
  pollAll({ table: stage.engine.table, clock: () => stage.clock.now(), ring: async () => undefined })();

const paidThere = async (stage: XeroStage): Promise<number> =>
  (await stage.books(tenantId)).invoices.filter(({ Status }) => Status === 'PAID').length;

/** A day as it runs: the sweep each minute, a look for changes each hour. */
const aDay = async (stage: XeroStage, place: TestWorkspace): Promise<void> => {
  for (let minute = 1; minute <= 24 * 60; minute += 1) {
    await workCounted(stage, place, (call) => call());
    if ((await readWaitingWork(stage.engine.table)(place.workspace.id, 1)).length === 0) return;
    await stage.clock.advance(60);
    if (minute % 60 === 0) await look(stage);
  }
};

const compareAll = async (stage: XeroStage, { workspace }: TestWorkspace): Promise<void> => {
  const { table } = stage.engine;
  const at = new Date(stage.clock.now()).toISOString();
  const read = await readReconciliation(table)(workspace.id);
  const wanted = { scope: 'all' as const, version: stage.clock.now(), at, dueAt: at };
  await table.commit(comparisonWanted(workspace.id, read, wanted).writes);
};

/** G7, then G2 over the same invoices: what a day of few calls takes, and what a paid invoice costs from end to end. */
export const fullDayFigures = async (): Promise<Figure[]> => {
  const stage = await startXeroStage({ tier: callsOfADay });
  try {
    const place = await connectedPlace(stage);
    await backlog(stage, place);
    await stage.clock.advance(24 * 3600);
    await stage.resetCalls();
    await aDay(stage, place);
    const inADay = await paidThere(stage);
    const callsInADay = (await stage.calls()).length;
    for (let day = 0; day < 3 && (await paidThere(stage)) < paidInvoices; day += 1) await aDay(stage, place);
    await stage.clock.advance(24 * 3600);
    await look(stage);
    await drain(stage, place);
    await compareAll(stage, place);
    await drain(stage, place);
    const calls = (await stage.calls()).length;
    const arrived = await paidThere(stage);
    if (arrived !== paidInvoices) throw new Error(`${arrived} paid invoices arrived`);
    const day = `paid invoices of new contacts drained in one day of ${callsOfADay} calls, ${callsInADay} used`;
    const each = `Xero calls per paid invoice, ${paidInvoices} with new contacts, hourly looks for changes and a whole comparison`;
    return [
      atMost('G2', each, calls / paidInvoices, 0.07, 0.061),
      atLeast('G7', callsInADay <= callsOfADay - reserve ? day : `${day}: the reserve is gone`, inADay, 13_000, 16_000),
    ];
  } finally {
    await stage.close();
  }
};
