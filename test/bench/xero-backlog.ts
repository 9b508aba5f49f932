import { pollAll } from '../../functions/xero/want-changes.ts';
import { comparisonWanted, readReconciliation } from '../../shared/store/reconciliation.ts';
import { readXeroSettings, replaceXeroSettings } from '../../shared/store/xero-settings.ts';
import { readWaitingWork } from '../../shared/store/waiting-work.ts';
import { changesIn } from '../support/xero-changes.ts';
import { aClient, anInvoice } from '../support/xero-documents.ts';
import type { TestWorkspace } from '../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../support/xero-stage.ts';
import { drain, type Around } from './drain.ts';
import { atMost, type Figure } from './figure.ts';

/** The fewer there are, the more the looks and the comparison weigh on each. */
const paidInvoices = 2_000;
const pushed = 1_000;

const connectedPlace = async (stage: XeroStage): Promise<TestWorkspace> => {
  const place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  const { table } = stage.engine;
  const settings = await readXeroSettings(table)(place.workspace.id);
  await table.commit([
    replaceXeroSettings(place.workspace.id, settings, { contactPolicy: 'match-or-create', paymentAccount: '090' }),
  ]);
  return place;
};

/** What a paid invoice of a client that Xero doesn't know costs, until both sides agree. */
const paidFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const place = await connectedPlace(stage);
  const { table } = stage.engine;
  const xero = changesIn(stage, () => place);
  for (let made = 0; made < paidInvoices; made += 1) {
    const client = await aClient(stage, place, { name: `Client ${made}`, email: `client-${made}@clients.example` });
    const invoice = await anInvoice(stage, place, client, { lane: 'backfill' });
    await xero.paid(invoice, invoice.total.amount);
  }
  await stage.resetCalls();
  await drain(stage, place);
  await stage.clock.advance(3600);
  await pollAll({ table, clock: () => stage.clock.now(), ring: async () => undefined })();
  await drain(stage, place);
  const at = new Date(stage.clock.now()).toISOString();
  const read = await readReconciliation(table)(place.workspace.id);
  const wanted = { scope: 'all' as const, version: stage.clock.now(), at, dueAt: at };
  await table.commit(comparisonWanted(place.workspace.id, read, wanted).writes);
  await drain(stage, place);
  const { payments } = await stage.books(tenantId);
  if (payments.length !== paidInvoices) throw new Error(`${payments.length} payments arrived`);
  const calls = (await stage.calls()).length;
  const what = `Xero calls per paid invoice, ${paidInvoices} with new contacts, a look for changes and a whole comparison`;
  return [atMost('G2', what, calls / paidInvoices, 0.07, 0.061)];
};

/** Each twentieth call times out, with its work done or never done in turn; each twentieth other one meets a limit. */
const everyTwentieth = (stage: XeroStage): { around: Around; met: () => number } => {
  let calls = 0;
  let met = 0;
  const never = 10 ** 9;
  const around: Around = async (call) => {
    calls += 1;
    if (calls % 20 === 5)
      await stage.fault(calls % 40 === 5 ? { fault: 'drop-answer' } : { fault: 'late-commit', seconds: never });
    if (calls % 20 === 15) await stage.fault({ fault: 'minute-limit', seconds: 30 });
    met += calls % 10 === 5 ? 1 : 0;
    return call();
  };
  return { around, met: () => met };
};

/** G1 again, undisturbed and disturbed: each invoice arrives once. */
const faultyFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const pushAll = async (around: Around): Promise<number> => {
    const place = await connectedPlace(stage);
    const client = await aClient(stage, place, { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' });
    await anInvoice(stage, place, client);
    await drain(stage, place);
    for (let made = 0; made < pushed; made += 1) await anInvoice(stage, place, client, { lane: 'backfill' });
    await stage.resetCalls();
    await drain(stage, place, around);
    const { invoices } = await stage.books();
    const waiting = await readWaitingWork(stage.engine.table)(place.workspace.id, 1);
    if (invoices.length !== pushed + 1 || waiting.length > 0) throw new Error(`${invoices.length} invoices arrived`);
    return (await stage.calls()).length;
  };
  const undisturbed = await pushAll((call) => call());
  const { around, met } = everyTwentieth(stage);
  const disturbed = await pushAll(around);
  const what = `the same for ${pushed} invoices with 5 % timeouts and 5 % refusals (${met()} met) ÷ without`;
  return [atMost('G4', `Xero calls per invoice, ${what}`, disturbed / undisturbed, 1.25, 1.1)];
};

/** G2 and G4: what a backlog costs from end to end, and what it costs when the way to Xero is bad. */
export const xeroBacklogFigures = async (): Promise<Figure[]> => {
  const stage = await startXeroStage({ tier: 5000 });
  try {
    return [...(await paidFigures(stage)), ...(await faultyFigures(stage))];
  } finally {
    await stage.close();
  }
};
