import { bundleFigures } from './bundles.ts';
import { notYet, tableOf, type Figure } from './figure.ts';
import { memoryFigure } from './memory.ts';
import { paymentFigures } from './payments.ts';
import { quoteFigures } from './quotes.ts';
import { storeFigures } from './store.ts';
import { xeroBacklogFigures } from './xero-backlog.ts';
import { xeroDayFigures } from './xero-days.ts';
import { fullDayFigures } from './xero-full-day.ts';
import { xeroFigures } from './xero.ts';

// What the functions log is no part of the table.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

const later: readonly Figure[] = [
  notYet('G29', 'list price of 1,000 lifecycles', '≤ $0.30'),
  notYet('G30', 'cost of a lifecycle at 10⁶ invoices ÷ at 10³', '≤ 1.02'),
];

const measured = [
  ...(await xeroFigures()),
  ...(await xeroBacklogFigures()),
  ...(await fullDayFigures()),
  ...(await xeroDayFigures()),
  ...(await storeFigures()),
  ...(await quoteFigures()),
  ...(await paymentFigures()),
  ...(await bundleFigures()),
  await memoryFigure(),
];
const order = ({ id }: Figure): number => Number(id.slice(1));
console.log(tableOf([...measured, ...later].sort((one, other) => order(one) - order(other))));
process.exitCode = measured.every(({ ok }) => ok) ? 0 : 1;
