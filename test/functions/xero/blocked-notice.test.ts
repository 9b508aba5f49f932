import { beforeEach, expect, test } from '@jest/globals';
import { pollAll } from '../../../functions/xero/want-changes.ts';
import { replaceClient } from '../../../shared/store/clients.ts';
import { listNotices, resolvedByHand, type Notification } from '../../../shared/store/notifications.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, aClient, anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;

beforeEach(async () => {
  place = await stage.connected();
});

const work = () => stage.work(place.workspace.id);
const open = async (): Promise<Notification[]> =>
  (await listNotices(stage.engine.table)(place.workspace.id, { limit: 10 })).items;
const twin = () => aClient(stage, place, { name: 'Twin', email: 'office@twinpeaks.example' });
const poll = async (): Promise<void> => {
  await stage.clock.advance(61);
  await pollAll({ table: stage.engine.table, clock: () => stage.clock.now(), ring: stage.world.ring })();
  await work();
};

test('blocked documents are one matter, counted anew, which settles itself once all of them have gone on', async () => {
  const client = await twin();
  await anInvoice(stage, place, client);
  await work();
  const [first] = await open();
  expect(first).toMatchObject({ cause: 'xero-blocked', text: expect.stringMatching(/^A document cannot|^2 documents cannot/) });
  await anInvoice(stage, place, client);
  await work();
  const [second, ...more] = await open();
  expect(more).toEqual([]);
  expect(second).toMatchObject({ id: first?.id, at: first?.at, text: expect.stringMatching(/^[23] documents cannot go on/) });

  const { contacts } = await stage.books();
  const chosen = contacts.find(({ Name }) => Name === 'Twin Peaks Holdings')?.['ContactID'] as string;
  await stage.engine.table.commit([replaceClient(place.workspace.id, { ...client, xeroContactId: chosen })]);
  await poll();
  expect(await open()).toEqual([]);
  expect((await listNotices(stage.engine.table)(place.workspace.id, { limit: 10 }, 'resolved')).items).toHaveLength(1);
});

test('an invoice that was blocked and is void on both sides is no matter any more', async () => {
  const client = await aBakery(stage, place);
  // A sum that Xero reckons differently.
  const total = { amount: 15_001, currency: 'GBP' };
  const invoice = await anInvoice(stage, place, client, { total });
  await work();
  expect(await open()).toMatchObject([{ cause: 'xero-blocked' }]);
  const xero = changesIn(stage, () => place);
  await xero.on(invoice, 'void');
  await xero.event([invoice]);
  await work();
  expect((await open()).map(({ cause }) => cause)).not.toContain('xero-blocked');
});

test('an invoice that was blocked and is voided here, or a payment that goes back whole, is no matter any more', async () => {
  const causes = async () => (await open()).map(({ cause }) => cause);
  const invoice = await anInvoice(stage, place, await twin());
  await work();
  expect(await causes()).toContain('xero-blocked');
  await correctionsIn(stage, () => place).void(invoice);
  await work();
  expect(await causes()).not.toContain('xero-blocked');

  const paid = await anInvoice(stage, place, await aBakery(stage, place));
  await work();
  await stage.fault({ fault: 'bad-element', match: { method: 'PUT', path: 'Payments' }, times: 1 });
  const payment = await changesIn(stage, () => place).paid(paid, 5_000);
  await work();
  expect(await causes()).toContain('xero-blocked');
  await correctionsIn(stage, () => place).refund(payment, 5_000);
  await work();
  expect(await causes()).not.toContain('xero-blocked');
});

test('settled by hand they are told again only once something else is blocked', async () => {
  const client = await twin();
  await anInvoice(stage, place, client);
  await work();
  await stage.clock.advance(1);
  const [told] = await open();
  const at = new Date(stage.clock.now()).toISOString();
  await stage.engine.table.commit([resolvedByHand(place.workspace.id, told as Notification, place.finance.memberId, at)]);
  await work();
  expect(await open()).toEqual([]);
  await anInvoice(stage, place, await twin());
  await work();
  expect(await open()).toMatchObject([{ id: told?.id, cause: 'xero-blocked', resolvedAt: null }]);
});
