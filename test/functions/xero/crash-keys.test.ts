import { beforeAll, describe, expect, test } from '@jest/globals';
import { throughCrashes } from '../../support/crash-cases.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { syncWorkflows } from '../../support/sync-workflows.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));

describe.each([0, 6, 'forever'] as const)('R7: when Xero keeps keys for %s minutes', (idempotencyMinutes) => {
  beforeAll(() => stage.control('POST', 'settings', { idempotencyMinutes }));

  test('F48, F49, F51: a push that grows is there once, at whichever two points it was cut off', async () => {
    const growing = syncWorkflows(stage)['a push to which another invoice comes in meanwhile'];
    expect(await throughCrashes(stage.clock, growing, { counted: 'changes', pairs: true })).toBeGreaterThan(30);
  });

  test('F48, F49: a contact, an invoice and a payment are there once, wherever they were cut off', async () => {
    const whole = syncWorkflows(stage)['a push that first needs a token and a contact'];
    expect(await throughCrashes(stage.clock, whole, { counted: 'changes', pairs: false })).toBeGreaterThan(15);
  });

  test.each([1, 30, 7 * 60])('a part payment that is carried out %s seconds late is booked once', async (seconds) => {
    const place = await stage.fresh();
    const work = (): Promise<void> => stage.work(place.workspace.id);
    const xero = changesIn(stage, () => place);
    await stage.connect(place.admin);
    await work();
    const client = await aBakery(stage, place);
    const invoice = await anInvoice(stage, place, client);
    await work();
    await stage.fault({ fault: 'late-commit', match: { method: 'PUT', path: 'Payments' }, seconds });
    const { id } = await xero.paid(invoice, 5_000);
    await work();
    for (const later of [60, 9 * 60, 9 * 60]) {
      await stage.clock.advance(later);
      await work();
    }
    const { payments } = await stage.books();
    expect(payments.map(({ Status, Amount }) => [Status, Amount])).toEqual([['AUTHORISED', 50]]);
    expect((await syncOf(stage, place, id))?.state).toBe('synced');
    expect((await xero.now(invoice))?.status).toBe('partially-paid');
  });
});
