import { bundleFigures } from './bundles.ts';
import { notYet, tableOf, type Figure } from './figure.ts';
import { memoryFigure } from './memory.ts';
import { paymentFigures } from './payments.ts';
import { storeFigures } from './store.ts';
import { xeroFigures } from './xero.ts';

// What the functions log is no part of the table.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

const later: readonly Figure[] = [
  notYet('G2', 'Xero calls per paid invoice, new contacts, both directions, one reconciliation', '≤ 0.07'),
  notYet('G4', 'G1 with 5 % timeouts and 5 % refusals ÷ G1', '≤ 1.25'),
  notYet('G5', 'Xero calls a day of an organisation with nothing open', '≤ 24'),
  notYet('G6', 'Xero calls of a daily reconciliation', '≤ Σ max(1, ⌈c/1000⌉)'),
  notYet('G7', 'paid invoices drained in one day of 1,000 calls', '≥ 13000'),
  notYet('G8', 'refusals on a fault-free day at 95 % of the budget', '0'),
  notYet('G16', 'quote accepted: round trips', '≤ 2'),
  notYet('G29', 'list price of 1,000 lifecycles', '≤ $0.30'),
  notYet('G30', 'cost of a lifecycle at 10⁶ invoices ÷ at 10³', '≤ 1.02'),
];

const measured = [
  ...(await xeroFigures()),
  ...(await storeFigures()),
  ...(await paymentFigures()),
  ...(await bundleFigures()),
  await memoryFigure(),
];
const order = ({ id }: Figure): number => Number(id.slice(1));
console.log(tableOf([...measured, ...later].sort((one, other) => order(one) - order(other))));
process.exitCode = measured.every(({ ok }) => ok) ? 0 : 1;
