import { beforeEach, describe, expect, test } from '@jest/globals';
import { waysOut } from '../../../shared/domain/discrepancy.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { readInvoice, replaceInvoice } from '../../../shared/store/invoices.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { startLyingXero, type Lie } from '../../support/lying-xero.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
const liar = await forAllTests(startLyingXero(stage.url));
Object.assign(stage.world, { addresses: { ...stage.world.addresses, api: liar.url } });
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  liar.stop();
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const work = () => stage.work(place.workspace.id);
const sent = async () => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  return invoice;
};
const now = async (id: string) => readInvoice(stage.engine.table)(place.workspace.id, id);
const open = async () =>
  (await openDiscrepancies(stage.engine.table)(place.workspace.id)).map(({ difference: { kind, theirs, cause } }) => ({
    kind,
    theirs,
    cause,
  }));
const set =
  (fields: Record<string, unknown>): Lie =>
  ({ Invoices = [] }) =>
    void Invoices.forEach((invoice) => Object.assign(invoice, fields));

describe('F65: a word that nobody knows, in the answer to what was sent', () => {
  test.each<[string, Record<string, unknown>]>([
    ['status', { Status: 'ON_HOLD' }],
    ['missing status', { Status: undefined }],
    ['type', { Type: 'ACCRECOTHER' }],
    ['total that is missing', { Total: undefined }],
  ])(
    'F65: %s: the invoice is blocked with the reason, its payment waits, and both go on once it is understood',
    async (_case, lie) => {
      liar.lie('PUT', 'Invoices', set(lie));
      const invoice = await anInvoice(stage, place, bakery);
      await work();
      const blocked = await syncOf(stage, place, invoice.id);
      expect(blocked).toMatchObject({ state: 'blocked', code: 'not-understood', xeroId: expect.any(String) });
      const payment = await aPayment(stage, place, invoice);
      await work();
      expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'blocked', code: 'waiting-for-invoice' });
      expect((await stage.books()).payments).toEqual([]);

      liar.stop();
      await xero.poll();
      await work();
      expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', code: null });
      expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
      expect((await stage.books()).invoices).toHaveLength(1);
    },
  );
});

describe('F65: a word that nobody knows, in what is looked at', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['status', { Status: 'ON_HOLD' }, 'status ON_HOLD'],
    ['type', { Type: 'ACCRECOTHER' }, 'type ACCRECOTHER'],
    ['missing total', { Total: undefined }, 'no total'],
    [
      'status of a payment',
      { Payments: [{ PaymentID: '4f9d2a6e-5b1c-4e7a-8c3d-0a1b2c3d4e99', Amount: 150, Status: 'BOUNCING' }] },
      'payment with the status BOUNCING',
    ],
  ])('F65: %s: nothing is concluded, somebody is told, and it ends with the answer', async (_case, lie, said) => {
    const invoice = await sent();
    const before = await now(invoice.id);
    await xero.on(invoice, 'reference', { Reference: 'Looked at' });
    liar.lie('GET', 'Invoices', set({ ...lie, DueDate: '/Date(1893456000000+0000)/', AmountDue: 0 }));
    await xero.poll();
    expect(await now(invoice.id)).toEqual(before);
    expect(await xero.payments(invoice)).toEqual([]);
    const cause = `Xero says something of it that is not known here: ${said}`;
    expect(await open()).toEqual([{ kind: 'status', theirs: said, cause }]);
    const [discrepancy] = await openDiscrepancies(stage.engine.table)(place.workspace.id);
    expect(discrepancy && waysOut(discrepancy.difference)).toEqual(['ignore']);

    liar.stop();
    await xero.on(invoice, 'reference', { Reference: 'Looked at again' });
    await xero.poll();
    expect(await open()).toEqual([]);
  });

  test('F65: a way of giving line amounts that nobody knows changes nothing', async () => {
    const invoice = await sent();
    const before = await now(invoice.id);
    await xero.on(invoice, 'reference', { Reference: 'Looked at' });
    liar.lie('GET', 'Invoices', set({ LineAmountTypes: 'Sideways' }));
    await xero.poll();
    expect([await now(invoice.id), await open()]).toEqual([before, []]);
  });

  test.each([
    ['without an offset', '/Date(1796342400000)/'],
    ['with an offset', '/Date(1796342400000+1300)/'],
    ['as ISO', '2026-12-04T00:00:00'],
    ['that is none', '/Date(soon)/'],
    ['that is a word', 'soon'],
    ['that is missing', undefined],
  ])('F65: a date %s changes nothing', async (_case, DueDate) => {
    const invoice = await sent();
    const before = await now(invoice.id);
    expect(before?.dueDate).toBe('2026-12-04');
    await xero.on(invoice, 'reference', { Reference: 'Looked at' });
    liar.lie('GET', 'Invoices', set({ DueDate, DueDateString: DueDate }));
    await xero.poll();
    expect([await now(invoice.id), await open()]).toEqual([before, []]);
  });

  test('F65: lists that are empty are no word that something is missing', async () => {
    const invoice = await sent();
    liar.lie('GET', 'Invoices', (answer) => void (answer['Invoices'] = []));
    await stage.clock.advance(61);
    const { table } = stage.engine;
    const at = new Date(stage.clock.now()).toISOString();
    const read = await readReconciliation(table)(place.workspace.id);
    await table.commit(
      comparisonWanted(place.workspace.id, read, { scope: 'all', version: stage.clock.now(), at, dueAt: at }).writes,
    );
    await work();
    expect(await open()).toEqual([]);
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('F65: a page that is empty although more are promised ends the look after one call, and it waits', async () => {
    await sent();
    await stage.resetCalls();
    liar.lie(
      'GET',
      'Invoices',
      (answer) => void Object.assign(answer, { Invoices: [], pagination: { page: 1, pageSize: 1000, pageCount: 1_000_000_000 } }),
    );
    await xero.poll();
    expect((await stage.calls()).filter(({ path }) => path.endsWith('/Invoices'))).toHaveLength(1);
    const waiting = await readWaitingWork(stage.engine.table)(place.workspace.id);
    expect(waiting.map(({ kind }) => kind)).toContain('pull-changes');
  });
});

describe('F65: a void', () => {
  const voiding = async () => {
    const invoice = await sent();
    const head = await now(invoice.id);
    const at = new Date(stage.clock.now()).toISOString();
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...head!, status: 'voiding' }),
      waits(place.workspace.id, {
        lane: 'urgent',
        kind: 'void',
        documentId: invoice.id,
        version: stage.clock.now(),
        dueAt: at,
        since: at,
      }),
    ]);
    await stage.resetCalls();
    return invoice;
  };

  test.each<[string, Lie]>([
    ['that is answered with the old status', set({ Status: 'AUTHORISED' })],
    ['that is answered with nothing', () => ''],
    ['that is answered with an empty list', ({ ...answer }) => JSON.stringify({ ...answer, Invoices: [] })],
  ])('F65: %s is not taken for done', async (_case, lie) => {
    const invoice = await voiding();
    liar.lie('POST', 'Invoices', lie);
    await work();
    expect((await now(invoice.id))?.status).not.toBe('void');
  });

  test('F65: that is answered with 200 and errors is looked up, and what stands there decides', async () => {
    const invoice = await voiding();
    liar.lie('POST', 'Invoices', set({ HasErrors: true, Status: 'AUTHORISED', ValidationErrors: [{ Message: 'Not today' }] }));
    await work();
    expect((await stage.calls()).map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect((await now(invoice.id))?.status).toBe('void');
  });
});

describe('F65: what Xero says of a refusal', () => {
  const endless = `<script>alert(1)</script>\u0000 ${'Account is wrong. '.repeat(60_000)}`;

  test('F65: is kept in a few words, however much it is', async () => {
    liar.lie('PUT', 'Invoices', ({ Invoices = [] }) => {
      for (const invoice of Invoices)
        Object.assign(invoice, { HasErrors: true, ValidationErrors: Array.from({ length: 20 }, () => ({ Message: endless })) });
    });
    const invoice = await anInvoice(stage, place, bakery);
    await work();
    const item = await syncOf(stage, place, invoice.id);
    expect(item).toMatchObject({
      state: 'blocked',
      code: 'refused-by-xero',
      reason: expect.stringContaining('Account is wrong.'),
    });
    expect(item?.reason?.length).toBeLessThan(2_000);
    expect(item?.reason).not.toContain('\u0000');
  });
});
