import { beforeEach, describe, expect, test } from '@jest/globals';
import { invoicesDoor } from '../../../functions/invoices/door.ts';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { pushToXero } from '../../../functions/xero/push-documents.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { waits } from '../../../shared/store/waiting-work.ts';
import { progressNoted, readXeroConnection } from '../../../shared/store/xero-connections.ts';
import { listInvoices } from '../../../shared/xero/list-invoices.ts';
import { listPayments } from '../../../shared/xero/list-payments.ts';
import { apiEvent, callDoor } from '../../support/door-call.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.fresh();
});

const connect = async (): Promise<void> => {
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  bakery = await aBakery(stage, place);
  await stage.resetCalls();
};
const work = () => stage.work(place.workspace.id);
const lock = (PeriodLockDate?: string): Promise<void> =>
  stage.act('lock', PeriodLockDate === undefined ? {} : { PeriodLockDate });
const paths = async () => (await stage.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1) ?? ''}`);
/** An hour later the hourly look asks for what changed. */
const hourlyLook = async (): Promise<void> => {
  await stage.clock.advance(3600);
  const at = new Date(stage.clock.now()).toISOString();
  const look = { lane: 'urgent', kind: 'pull-contacts', documentId: 'contacts', version: stage.clock.now() } as const;
  await stage.engine.table.commit([waits(place.workspace.id, { ...look, dueAt: at, since: at })]);
  await work();
};

describe('F58: a period that is closed in Xero', () => {
  test('refuses an invoice when it is made, and names the first open day', async () => {
    await lock('2026-10-31');
    await connect();
    const door = invoicesDoor({
      table: stage.engine.table,
      newId,
      ring: async () => undefined,
      closeCheckout: async () => undefined,
      clock: () => stage.clock.now(),
      random: () => 0.5,
      sleep: async () => undefined,
    });
    const make = (issueDate: string) =>
      callDoor(
        door,
        apiEvent(place.admin, 'POST /v1/invoices', {
          body: {
            clientId: bakery.id,
            issueDate,
            lines: [{ description: 'Work', quantity: '1', unitPrice: { amount: 10_000, currency: 'GBP' } }],
          },
          headers: { 'idempotency-key': `key-${issueDate}` },
        }),
      );
    expect(await make('2026-10-31')).toMatchObject({
      status: 422,
      body: { code: 'locked-period', firstOpenDate: '2026-11-01' },
    });
    expect(await make('2026-11-01')).toMatchObject({ status: 201 });
  });

  test('parks an invoice that was made before it was closed, and costs no call again', async () => {
    await connect();
    await lock('2026-11-20');
    const first = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await syncOf(stage, place, first.id)).toMatchObject({ state: 'blocked', code: 'locked-period' });
    expect(await paths()).toEqual(['PUT Invoices', 'GET Organisation']);
    await stage.resetCalls();
    const second = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await syncOf(stage, place, second.id)).toMatchObject({ state: 'blocked', code: 'locked-period' });
    expect(await stage.calls()).toEqual([]);
  });

  test('lets what was parked go on once it is opened again', async () => {
    await lock('2026-11-20');
    await connect();
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'blocked', code: 'locked-period' });
    await lock();
    for (let hour = 0; hour < 25; hour += 1) await hourlyLook();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });

  test('is asked about at once when a person tries again', async () => {
    await lock('2026-11-20');
    await connect();
    const invoice = await anInvoice(stage, place, bakery, { lane: 'documents' });
    await work();
    await lock();
    await pushToXero(stage.world)(callOf(place.admin, { body: { ids: [invoice.id] } }));
    await work();
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced' });
  });
});

describe('a payment of a closed period', () => {
  const dated = async () => {
    const [payment] = (await stage.books()).payments;
    const ms = Number(/\d+/.exec(String(payment?.['Date']))?.[0]);
    return { date: new Date(ms).toISOString().slice(0, 10), reference: payment?.['Reference'] };
  };

  test('is booked on the first open day and says when it was received', async () => {
    await connect();
    const invoice = await anInvoice(stage, place, bakery, { issueDate: '2026-11-18' });
    await work();
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    await lock('2026-11-19');
    await stage.engine.table.commit([progressNoted(place.workspace.id, connection, { lockDate: '2026-11-19' })]);
    const payment = await aPayment(stage, place, invoice, { receivedOn: '2026-11-19' });
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect(await dated()).toEqual({ date: '2026-11-20', reference: `${payment.id} received 2026-11-19` });
  });

  test('that was closed a moment ago is booked on the first open day too', async () => {
    await connect();
    const invoice = await anInvoice(stage, place, bakery, { issueDate: '2026-11-18' });
    await work();
    await lock('2026-11-19');
    const payment = await aPayment(stage, place, invoice, { receivedOn: '2026-11-19' });
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect(await dated()).toEqual({ date: '2026-11-20', reference: `${payment.id} received 2026-11-19` });
  });

  test('is found again when the answer was lost', async () => {
    await connect();
    const invoice = await anInvoice(stage, place, bakery, { issueDate: '2026-11-18' });
    await work();
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    await stage.engine.table.commit([progressNoted(place.workspace.id, connection, { lockDate: '2026-11-19' })]);
    await stage.fault({ fault: 'drop-answer', match: { path: 'Payments' } });
    const payment = await aPayment(stage, place, invoice, { receivedOn: '2026-11-19' });
    await work();
    expect(await syncOf(stage, place, payment.id)).toMatchObject({ state: 'synced' });
    expect((await stage.books()).payments).toHaveLength(1);
  });
});

test('the organisation is read once a day, in place of an hourly look', async () => {
  await connect();
  for (let hour = 0; hour < 48; hour += 1) await hourlyLook();
  const asked = await paths();
  expect(asked).toHaveLength(48);
  expect(asked.filter((path) => path === 'GET Organisation')).toHaveLength(2);
});

test('a payment that was booked later is known again when Xero is compared with us', async () => {
  await lock('2026-11-19');
  await connect();
  const invoice = await anInvoice(stage, place, bakery, { issueDate: '2026-11-20' });
  await aPayment(stage, place, invoice, { receivedOn: '2026-11-19' });
  await work();
  const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
  const books = await openBooks(stage.world, accessTokens(stage.world))(place.workspace.id, connection, {
    timeoutMs: () => 10_000,
    haste: () => 'at-once',
  });
  const [payment] = (await stage.books()).payments;
  const id = String(payment?.['Reference']).split(' ')[0];
  expect((await listPayments(books, { page: 1 })).found).toMatchObject([{ reference: id }]);
  expect((await listInvoices(books, { page: 1 })).found).toMatchObject([{ payments: [{ reference: id }] }]);
});
