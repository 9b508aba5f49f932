import { readWaitingWork } from '../../shared/store/waiting-work.ts';
import { aBakery, anInvoice } from '../support/xero-documents.ts';
import { startXeroStage, type XeroStage } from '../support/xero-stage.ts';
import { connectedPlace } from './connected-place.ts';
import { drain, type Around } from './drain.ts';
import { atMost, type Figure } from './figure.ts';

const pushed = 1_000;

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
    const client = await aBakery(stage, place);
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

/** G4: what a backlog costs when the way to Xero is bad. */
export const xeroBacklogFigures = async (): Promise<Figure[]> => {
  const stage = await startXeroStage({ tier: 5000 });
  try {
    return await faultyFigures(stage);
  } finally {
    await stage.close();
  }
};
