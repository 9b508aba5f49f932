import { businessAt } from '../support/business.ts';
import { startRunningSystem } from '../support/running-system.ts';
import { watchStatus } from './status-watch.ts';
import {
  aDayUnplugged,
  backfillWhileAClientPays,
  bothBooks,
  hundredWorkers,
  revoked,
  theAccountant,
  type Stage,
} from './story.ts';
import { tellTo } from './telling.ts';

// `npm run hard-days`: the whole product on this machine goes through days on which everything goes wrong with Xero, while somebody
// keeps reading the status page. Ends with 1 when a promise was broken. `INVOICES` makes the backfill smaller.

const count = Number(process.env['INVOICES'] ?? 5000);
const told = tellTo((line) => console.log(line));
const running = await startRunningSystem();
try {
  const business = businessAt(running.system.endpoints);
  const settings = async (changes: object): Promise<void> => {
    await fetch(`${running.system.endpoints.xero}/_sandbox/settings`, { method: 'POST', body: JSON.stringify(changes) });
  };
  const watch = watchStatus(running, business, told);
  const stage: Stage = { running, business, told, watch, settings };
  const invoices = await backfillWhileAClientPays(stage, count);
  const { clientId } = invoices[0] as { clientId: string };
  const made = await aDayUnplugged(stage, clientId);
  await revoked(stage, clientId);
  await hundredWorkers(stage, clientId);
  await theAccountant(stage, invoices, made);
  await bothBooks(stage);
  told.act('The status page');
  told.holds('said the truth all along', watch.lies().length === 0, watch.lies().slice(0, 3));
} finally {
  await running.close();
}
console.log(`\n${told.broken() === 0 ? 'Every promise was kept.' : `${told.broken()} promises were broken.`}`);
process.exitCode = told.broken() === 0 ? 0 : 1;
