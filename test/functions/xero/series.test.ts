import { expect, test } from '@jest/globals';
import { getConnection } from '../../../functions/xero/get-connection.ts';
import { numberTaken, readSeries } from '../../../shared/store/number-series.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { callOf, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());

test('a series that carries on with the numbers in Xero is proposed until the workspace has given out its own', async () => {
  const place = await stage.fresh();
  await stage.control('POST', 'foreign', { tenantId, invoices: 12, contacts: 1 });
  await stage.connect(place.admin);
  const shown = async () => (await getConnection(stage.world)(callOf(place.finance))).body as Record<string, unknown>;
  const { invoices } = await stage.books();
  const highest = Math.max(...invoices.map(({ InvoiceNumber }) => Number(String(InvoiceNumber).slice(4))));
  expect(await shown()).toMatchObject({ proposedSeries: { prefix: 'FOR-', digits: 6, next: highest + 1 } });
  expect(await readSeries(stage.engine.table)(place.workspace.id, 'invoice')).toMatchObject({ prefix: 'INV-', next: 1 });

  const series = await readSeries(stage.engine.table)(place.workspace.id, 'invoice');
  if (!series) throw new Error('no series');
  await stage.engine.table.commit([numberTaken(place.workspace.id, 'invoice', series)]);
  expect(await shown()).toMatchObject({ proposedSeries: null });
});

test('nothing is proposed where Xero has no numbers, or does not answer', async () => {
  const place = await stage.fresh();
  await stage.fault({ fault: 'server-error', match: { path: 'Invoices' } });
  await stage.connect(place.admin);
  const { body } = await getConnection(stage.world)(callOf(place.finance));
  expect(body).toMatchObject({ state: 'connected', proposedSeries: null });
});
