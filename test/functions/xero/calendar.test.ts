import { beforeEach, describe, expect, test } from '@jest/globals';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { pushToXero } from '../../../functions/xero/push-documents.ts';
import { setSettings } from '../../../functions/xero/set-settings.ts';
import { sendAt, type SendCalendar } from '../../../shared/domain/send-calendar.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const invoice = () => anInvoice(stage, place, bakery, { lane: 'documents' });
const choose = (sendInvoices: SendCalendar) =>
  setSettings(
    stage.world,
    openBooks(stage.world, accessTokens(stage.world)),
  )(callOf(place.finance, { body: { sendInvoices }, ifMatch: '*' }));
const until = async (instant: string): Promise<void> => {
  await stage.clock.advance((Date.parse(instant) - stage.clock.now()) / 1000 + 1);
};
const nextMonday = () => String(sendAt({ when: 'weekly', day: 1 }, new Date(stage.clock.now()).toISOString(), 'Europe/London'));

describe('invoices that are sent on a day of the week', () => {
  test('wait until it comes, cost no call before, and go together with their payments', async () => {
    await choose({ when: 'weekly', day: 1 });
    const first = await invoice();
    const payment = await aPayment(stage, place, first);
    await work();
    const second = await invoice();
    await work();
    const monday = nextMonday();
    expect(await syncOf(stage, place, first.id)).toMatchObject({
      state: 'pending',
      code: 'waiting-for-calendar',
      nextSyncAt: monday,
      number: first.number,
    });
    expect(await stage.calls()).toEqual([]);
    await until(monday);
    await work();
    for (const { id } of [first, second, payment]) expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
    expect((await stage.calls()).filter(({ method }) => method === 'PUT')).toHaveLength(2);
  });

  test('go at once when somebody asks for them', async () => {
    await choose({ when: 'weekly', day: 1 });
    const one = await invoice();
    const other = await invoice();
    await work();
    await pushToXero(stage.world)(callOf(place.admin, { body: { ids: [one.id] } }));
    await work();
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced' });
    expect(await syncOf(stage, place, other.id)).toMatchObject({ state: 'pending' });
  });

  test('are sent at once after the calendar was given up, and given a new day by another one', async () => {
    await choose({ when: 'by-hand' });
    const one = await invoice();
    await work();
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'pending', nextSyncAt: null });
    await stage.clock.advance(40 * 24 * 3600);
    await work();
    expect((await stage.calls()).filter(({ path }) => path.includes('Invoices'))).toEqual([]);
    await choose({ when: 'weekly', day: 1 });
    // It came up weeks ago: by the new calendar its day is over.
    await work();
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced' });
  });
});

test('a day that no week has is refused', async () => {
  const { settingsSchema } = await import('../../../shared/api/xero.ts');
  expect(settingsSchema.partial().safeParse({ sendInvoices: { when: 'weekly', day: 8 } }).success).toBe(false);
  expect(settingsSchema.partial().safeParse({ sendInvoices: { when: 'monthly', day: 31 } }).success).toBe(true);
});
