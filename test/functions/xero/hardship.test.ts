import { beforeEach, describe, expect, test } from '@jest/globals';
import { callTimeoutMs } from '../../../functions/xero/work-through.ts';
import { ringDue } from '../../../functions/xero/ring-due.ts';
import { OutsideError } from '../../../shared/domain/outside-error.ts';
import { readClient, type Client } from '../../../shared/store/clients.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { xeroSettingsKey } from '../../../shared/store/xero-settings.ts';
import { update } from '../../../shared/store/write.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, aClient, aLine, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { otherTenantId, startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  await stage.control('POST', 'organisations', { tenantId: otherTenantId, name: 'Second', country: 'GB', currency: 'GBP' });
  place = await stage.connected();
  bakery = await aBakery(stage, place);
  await stage.resetCalls();
});

const work = () => stage.work(place.workspace.id);
const setSettings = (set: Record<string, unknown>) =>
  stage.engine.table.commit([update('settings', xeroSettingsKey(place.workspace.id), { set })]);

describe('F58: what the organisation does not have', () => {
  test('F58: an account that vanished blocks the document after one call, until a setting changes', async () => {
    await setSettings({ revenueAccount: '777' });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'blocked',
      reason: expect.stringContaining("Account code '777'"),
    });
    for (let runs = 0; runs < 3; runs += 1) await work();
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['PUT']);
  });

  test('F58: a tax rule that nobody has mapped is named, without a call', async () => {
    await setSettings({ taxTypes: {} });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({
      state: 'blocked',
      code: 'mapping-missing',
      reason: expect.stringContaining('taxTypes.domestic:0.2'),
    });
    expect(await stage.calls()).toEqual([]);
  });

  test('F58: a currency that is not subscribed blocks the invoice and its payment', async () => {
    await stage.control('POST', 'organisations', {
      tenantId,
      name: 'Kestrel Studio Ltd',
      country: 'GB',
      currency: 'GBP',
      currencies: ['GBP'],
    });
    const invoice = await anInvoice(stage, place, bakery, { lines: [aLine('1', 10_000, 10_000, 2_000, 'EUR')] });
    const payment = await aPayment(stage, place, invoice);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', reason: expect.stringContaining('EUR') });
    expect(await syncOf(stage, place, payment.id)).toMatchObject({
      ...{ state: 'blocked', code: 'waiting-for-invoice', number: invoice.number },
    });
  });
});

test('F59: our own writes that come back as events cause no write, and no call for invoices', async () => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  await stage.resetCalls();
  await changesIn(stage, () => place).event([invoice], undefined, { asStamped: true });
  await work();
  expect(await stage.calls()).toEqual([]);
});

describe('F62: another organisation', () => {
  test('F62: gets nothing that stands in the first one; links to that stay', async () => {
    const before = await anInvoice(stage, place, bakery);
    await work();
    const link = (await readClient(stage.engine.table)(place.workspace.id, bakery.id))?.xeroContactId;
    await stage.connect(place.admin, otherTenantId, { confirmDifferent: true });
    const payment = await aPayment(stage, place, before);
    const after = await anInvoice(stage, place, bakery);
    await work();
    const second = await stage.books(otherTenantId);
    expect(second.invoices.map((invoice) => invoice['Reference'])).toEqual([after.id]);
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked', code: 'other-organisation' });
    expect(await syncOf(stage, place, before.id)).toMatchObject({ state: 'synced', tenantId });

    await stage.connect(place.admin, tenantId, { confirmDifferent: true });
    await stage.clock.advance(61);
    await stage.resetCalls();
    const back = await anInvoice(stage, place, bakery);
    await work();
    const first = (await stage.books()).invoices.find((invoice) => invoice['Reference'] === back.id);
    expect(first).toHaveProperty('Contact.ContactID', link);
  });
});

describe('F65: an answer that is none', () => {
  test.each([
    ['F65: a maintenance page', { fault: 'html', status: 200 }],
    ['F65: a maintenance page behind which the work was done', { fault: 'html', status: 200, commit: true }],
    ['F65: half an answer', { fault: 'truncated' }],
  ])('%s: the invoice is there once', async (_case, fault) => {
    await stage.fault({ ...fault, match: { method: 'PUT', path: 'Invoices' } });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).invoices).toHaveLength(1);
  });

  test('F65: a page instead of contacts is not taken for "there are none"', async () => {
    await stage.clock.advance(120);
    await stage.fault({ fault: 'html', status: 200, match: { method: 'GET', path: 'Contacts' }, times: 9 });
    const stranger = await aClient(stage, place, { name: 'New Ventures' });
    const invoice = await anInvoice(stage, place, stranger);
    await work();
    expect(await syncOf(stage, place, invoice.id)).toBeUndefined();
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toHaveLength(1);
  });
});

test('F74: without the store of secrets a run ends quietly, loses nothing and goes on later', async () => {
  const invoice = await anInvoice(stage, place, bakery);
  const down = () => Promise.reject(new OutsideError({ service: 'aws', status: 503, code: 'ServiceUnavailable' }));
  const world = { ...stage.world, secrets: { ...stage.secrets, read: down, write: down } };
  await stage.work(place.workspace.id, { world });
  expect(await stage.calls({ all: true })).toEqual([]);
  await work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
});

test('F63 and F82: work whose bell was lost is rung for by the sweep', async () => {
  await anInvoice(stage, place, bakery, { lane: 'documents' });
  stage.rung.length = 0;
  await ringDue({ table: stage.engine.table, now: () => new Date(stage.clock.now()).toISOString(), ring: stage.world.ring })();
  expect(stage.rung).toContain(place.workspace.id);
});

test('F64 and F81: a pile drains within one run as long as time is left, then another bell goes on', async () => {
  for (let n = 0; n < 120; n += 1) await anInvoice(stage, place, bakery, { lane: 'backfill' });
  stage.rung.length = 0;
  let left = 60_000;
  await stage.work(place.workspace.id, {
    remainingMs: () => {
      left -= 12_000;
      return left;
    },
  });
  expect(stage.rung).toEqual([place.workspace.id]);
  await work();
  expect((await stage.books()).invoices).toHaveLength(120);
});

test.each([60_000, 30_000, 14_000, 6_000])('F80: with %d ms left a call ends more than 2 seconds before the function', (left) => {
  expect(callTimeoutMs(left)).toBeLessThan(left - 2_000);
  expect(callTimeoutMs(left)).toBeLessThanOrEqual(20_000);
});
