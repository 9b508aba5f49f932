import { beforeEach, describe, expect, test } from '@jest/globals';
import { readSums } from '../../../shared/store/aggregates.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const sent = async (changes: Parameters<typeof anInvoice>[3] = {}) => {
  const invoice = await anInvoice(stage, place, bakery, changes);
  await xero.work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  return invoice;
};
const money = (amount: number) => ({ amount, currency: 'GBP' });

const dues = async () =>
  (await readSums(stage.engine.table)(place.workspace.id, '2026-11-01')).dues.filter(({ amount }) => amount.amount !== 0);
/** The hook and what follows from it. */
const heard = async (invoice: Awaited<ReturnType<typeof sent>>) => {
  await xero.event([invoice]);
  await xero.work();
};
/** What reaches Xero from here: nothing that somebody did there may cause any of it. */
const writesThere = async () => (await stage.calls()).filter(({ method }) => method !== 'GET');

const readNotices = async () => {
  const { items } = await stage.engine.table.query({ partition: `W#${place.workspace.id}#NOTE` });
  return items.filter(({ cause, openSince }) => String(cause).startsWith('discrepancy#') && openSince != null);
};

describe('due date, reference edited', () => {
  test('F54: the due date is taken over, with what is due', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'due-date', { DueDate: '2027-01-15' });
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ dueDate: '2027-01-15', status: 'issued' });
    expect(await dues()).toEqual([{ date: '2027-01-15', amount: money(15_000) }]);
    expect(await xero.discrepancies()).toEqual([]);
  });

  test('F54: a due date that stays within its month is taken over, with what is due', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'due-date', { DueDate: '2026-12-24' });
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ dueDate: '2026-12-24', status: 'issued' });
    expect(await dues()).toEqual([{ date: '2026-12-24', amount: money(15_000) }]);
  });

  test('F54: the due date of a part-paid invoice, which bears no new stamp, is taken over too', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'pay', { Amount: 50 });
    await heard(invoice);
    await xero.on(invoice, 'due-date', { DueDate: '2027-02-01' });
    await heard(invoice);
    expect(await xero.now(invoice)).toMatchObject({ dueDate: '2027-02-01' });
  });

  test('F54: without our reference the invoice is still ours', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'reference', { Reference: 'PO 4711' });
    await xero.poll();
    await xero.on(invoice, 'pay', {});
    await xero.poll();
    expect(await xero.now(invoice)).toMatchObject({ status: 'paid' });
    expect(await xero.discrepancies()).toEqual([]);
  });
});

describe('line, amount, tax, date, currency, contact edited', () => {
  const contactNamed = async (name: string) =>
    (await stage.books()).contacts.find((contact) => contact['Name'] === name)?.['ContactID'];
  test.each([
    ['line', 'edit-line', { Description: 'Consulting' }, { Description: 'Design work' }],
    ['amount', 'edit-line', { UnitAmount: 90 }, { UnitAmount: 100 }],
    ['tax', 'edit-line', { TaxType: 'ZERORATEDOUTPUT' }, { TaxType: 'OUTPUT2' }],
    ['date', 'edit', { Date: '2026-11-19' }, { Date: '2026-11-20' }],
    ['currency', 'edit', { CurrencyCode: 'EUR' }, { CurrencyCode: 'GBP' }],
  ] as const)(
    'F54: %s: a discrepancy, never taken over, never overwritten; closed when it is undone',
    async (kind, action, input, undone) => {
      const invoice = await sent();
      const here = await xero.now(invoice);
      await stage.resetCalls();
      await xero.on(invoice, action, input);
      await heard(invoice);
      const found = await xero.discrepancies();
      expect(found.map(({ difference }) => difference)).toContainEqual(
        expect.objectContaining({ kind, documentId: invoice.id, subject: 'invoice' }),
      );
      expect(await xero.now(invoice)).toEqual(here);
      expect(await readNotices()).toHaveLength(found.length);
      await heard(invoice);
      await xero.poll();
      expect(await xero.discrepancies()).toEqual(found);

      await xero.on(invoice, action, undone);
      await heard(invoice);
      expect(await xero.discrepancies()).toEqual([]);
      expect(await readNotices()).toEqual([]);
      expect(await writesThere()).toEqual([]);
    },
  );

  test('F54: contact: a discrepancy', async () => {
    const invoice = await sent();
    await xero.on(invoice, 'edit', { ContactID: await contactNamed('Café Olé') });
    await heard(invoice);
    expect((await xero.discrepancies()).map(({ difference }) => difference.kind)).toEqual(['contact']);
  });

  test('F57: a contact that is merged into another takes its invoices with it: that is no discrepancy', async () => {
    const invoice = await sent();
    await xero.accountant('merge', { id: await contactNamed('Harbour Bakery Ltd'), into: await contactNamed('Café Olé') });
    await heard(invoice);
    expect(await xero.discrepancies()).toEqual([]);
    await xero.poll();
    expect(await xero.discrepancies()).toEqual([]);
  });
});

describe('documents that are not ours', () => {
  test('are ignored: no write, and no call for their events', async () => {
    await sent();
    await stage.control('POST', 'foreign', { tenantId, invoices: 30 });
    await stage.resetCalls();
    stage.engine.reset();
    await xero.poll();
    expect((await stage.calls()).length).toBe(3);
    expect(await xero.discrepancies()).toEqual([]);
    expect(await writesThere()).toEqual([]);
  });
});
