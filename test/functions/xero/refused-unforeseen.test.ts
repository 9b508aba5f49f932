import { beforeEach, expect, test } from '@jest/globals';
import type { Client } from '../../../shared/store/clients.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { startLyingXero } from '../../support/lying-xero.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

// Xero refuses something in a way that nobody foresaw: that holds up nothing but what it is about.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
const liar = await forAllTests(startLyingXero(stage.url));
let place: TestWorkspace;
let bakery: Client;
let counted: string[];
Object.assign(stage.world, {
  addresses: { ...stage.world.addresses, api: liar.url },
  count: (metric: string) => void counted.push(metric),
});
beforeEach(async () => {
  liar.stop();
  counted = [];
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const xero = () => changesIn(stage, () => place);
const work = () => stage.work(place.workspace.id);
const waiting = async () =>
  (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind, attempts }) => [kind, attempts]);
const refusal = { status: 400, text: JSON.stringify({ ErrorNumber: 10, Type: 'ValidationException', Message: 'No' }) };

test('what waits behind it goes on, and it is tried again later', async () => {
  const invoice = await anInvoice(stage, place, bakery);
  const other = await anInvoice(stage, place, bakery);
  const payment = await xero().paid(invoice, 15_000);
  await work();
  liar.lie('GET', 'Payments', () => refusal);
  await correctionsIn(stage, () => place).refund(payment, 5_000);
  await xero().on(other, 'due-date', { DueDate: '2026-12-24' });
  await xero().event([other]);
  await work();
  expect(await xero().now(other)).toMatchObject({ dueDate: '2026-12-24' });
  expect(await waiting()).toEqual([['payment-change', 1]]);
  expect(counted).toContain('SyncWorkRefused');
  // Asked again at once, it would be refused again.
  await work();
  expect(await waiting()).toEqual([['payment-change', 1]]);
  liar.stop();
  await stage.clock.advance(16 * 60);
  await work();
  expect(await waiting()).toEqual([]);
  expect((await xero().there(invoice))['AmountDue']).toBe(50);
});
