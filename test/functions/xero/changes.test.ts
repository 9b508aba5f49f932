import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from '../../../shared/store/clients.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, type XeroStage } from '../../support/xero-stage.ts';

let stage: XeroStage;
let place: TestWorkspace;
let bakery: Client;
let xero: ReturnType<typeof changesIn>;

beforeAll(async () => {
  stage = await startXeroStage();
  xero = changesIn(stage, () => place);
});
afterAll(() => stage.close());
beforeEach(async () => {
  place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  bakery = await aClient(stage, place, { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' });
});

const sent = async (changes: Parameters<typeof anInvoice>[3] = {}) => {
  const invoice = await anInvoice(stage, place, bakery, changes);
  await xero.work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  return invoice;
};
const money = (amount: number) => ({ amount, currency: 'GBP' });

describe('payment made there', () => {
  test('F55: comes in as a payment of origin xero, by webhook at once', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', { Amount: 100, Reference: 'BACS' });
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'partially-paid', paid: money(10_000) });
    expect(await xero.payments(invoice)).toMatchObject([
      { origin: 'xero', method: 'xero', counts: money(10_000), reference: 'BACS' },
    ]);
    expect(stage.toStripe).toEqual([{ kind: 'close-checkout', workspaceId: place.workspace.id, invoiceId: invoice.id }]);
    expect((await stage.calls()).filter(({ method, path }) => method === 'PUT' && path.includes('Payments'))).toEqual([]);
  });

  test('F55: comes in by the hourly look when the webhook was lost, and goes when it is deleted there', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', {});
    await xero.poll();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
    const [payment] = (await stage.books()).payments;
    await xero.accountant('delete-payment', { id: payment?.['PaymentID'] });
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.now(invoice)).toMatchObject({ status: 'issued', paid: money(0) });
    expect(await xero.payments(invoice)).toEqual([]);
    expect(await xero.discrepancies()).toEqual([]);
  });
});
