import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { readXeroSettings, replaceXeroSettings } from '../../../shared/store/xero-settings.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { aClient, anInvoice, aPayment } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../../support/xero-stage.ts';

let stage: XeroStage;
beforeAll(async () => {
  stage = await startXeroStage({ tier: 5000 });
});
afterAll(() => stage.close());

/** Wants a comparison and lets the worker carry it out. */
const compare = async (place: TestWorkspace, scope: 'changed' | 'all' = 'all'): Promise<void> => {
  await stage.clock.advance(61);
  const { table } = stage.engine;
  const at = new Date(stage.clock.now()).toISOString();
  const read = await readReconciliation(table)(place.workspace.id);
  await table.commit(comparisonWanted(place.workspace.id, read, { scope, version: stage.clock.now(), at, dueAt: at }).writes);
  await stage.work(place.workspace.id);
};

const open = async (place: TestWorkspace) =>
  (await openDiscrepancies(stage.engine.table)(place.workspace.id)).map(({ difference }) => difference);

const callsByKind = async (): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { path } of await stage.calls()) {
    const kind = /2\.0\/(\w+)/.exec(path)?.[1] ?? path;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
};

/** What an accountant does in the books. */
const act = async (action: string, fields: Record<string, unknown>): Promise<void> => {
  const answer = await fetch(`${stage.url}/org/${tenantId}`, {
    method: 'POST',
    body: JSON.stringify({ action, ...fields }),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status >= 400) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
};

const tamper = (collection: string, id: unknown, change: Record<string, unknown>): Promise<unknown> =>
  stage.control('POST', 'tamper', { tenantId, collection, id, ...change });

const scene = async (invoices = 3): Promise<{ place: TestWorkspace; sent: InvoiceHead[] }> => {
  const place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
  await stage.engine.table.commit([
    replaceXeroSettings(place.workspace.id, settings, { contactPolicy: 'match-or-create', paymentAccount: '090' }),
  ]);
  const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
  const sent: InvoiceHead[] = [];
  for (let n = 0; n < invoices; n += 1) sent.push(await anInvoice(stage, place, client));
  await stage.work(place.workspace.id);
  return { place, sent };
};

describe('comparing with Xero', () => {
  test('clean books among thousands of foreign documents say nothing', async () => {
    const { place, sent } = await scene(3);
    await aPayment(stage, place, sent[0] as InvoiceHead);
    await stage.work(place.workspace.id);
    await stage.control('POST', 'foreign', { tenantId, invoices: 3000, contacts: 40 });
    await stage.clock.advance(61);
    await stage.resetCalls();
    await compare(place);
    const read = await readReconciliation(stage.engine.table)(place.workspace.id);
    expect(read).toMatchObject({ state: 'done', scope: 'all', compared: { invoices: 3, payments: 1 } });
    expect(await open(place)).toEqual([]);
    // G6: a page of 1,000 is one call, of each kind.
    expect(await callsByKind()).toEqual({ Contacts: 1, Invoices: 4, Payments: 1 });
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
  });

  test('R8: twenty-four kinds of drift are found, each with its cause, and nothing else', async () => {
    const { place, sent } = await scene(20);
    const [paid, moved, redated, repaid, gonePayment, target] = sent.slice(0, 6) as [
      ...[InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead],
    ];
    const payments = [];
    for (const head of [paid, moved, redated, repaid, gonePayment]) payments.push(await aPayment(stage, place, head));
    await stage.work(place.workspace.id);
    await stage.control('POST', 'foreign', { tenantId, invoices: 60, contacts: 5 });
    const books = await stage.books();
    const there = (head: InvoiceHead | undefined) => books.invoices.find((one) => one['Reference'] === head?.id)?.['InvoiceID'];
    const payment = (n: number) => books.payments.find((one) => one['Reference'] === payments[n]?.id)?.['PaymentID'];
    const foreign = books.invoices.filter((one) => String(one['InvoiceNumber']).startsWith('FOR-'));
    const foreignPayments = books.payments.filter((one) => !one['Reference']);
    const [other] = books.contacts.filter((one) => String(one['Name']).startsWith('Foreign'));
    const silent = true;
    const rest = sent.slice(6);
    const expected: [string, string, RegExp][] = [];
    const inject = async (kind: string, subject: string, cause: RegExp, change: Promise<unknown>): Promise<void> => {
      await change;
      expected.push([kind, subject, cause]);
    };

    await inject('amount', 'payment', /amount of the payment/, tamper('payments', payment(0), { set: { Amount: 99 }, silent }));
    const toOther = { set: { targetID: there(target) }, silent };
    await inject('allocation', 'payment', /another document/, tamper('payments', payment(1), toOther));
    await inject(
      'date',
      'payment',
      /date of the payment/,
      tamper('payments', payment(2), { set: { Date: '2026-11-01' }, silent }),
    );
    await inject('missing', 'payment', /deleted/, act('delete-payment', { id: payment(3) }));
    await inject('missing', 'payment', /no more/, tamper('payments', payment(4), { remove: true }));
    const free = foreignPayments.slice(0, 3).map((one) => one['PaymentID']);
    const absentPayment = 'pay_01K00000000000000000000000';
    await inject('extra', 'payment', /our reference/, tamper('payments', free[0], { set: { Reference: absentPayment }, silent }));
    const again = { set: { Reference: payments[0]?.id }, silent };
    await inject('duplicate', 'payment', /second payment/, tamper('payments', free[1], again));
    await inject('payment', 'payment', /recorded in Xero/, act('pay', { id: there(rest[0]), Amount: '10.00' }));

    await inject(
      'amount',
      'invoice',
      /amount was changed/,
      tamper('invoices', there(rest[1]), { set: { SubTotal: 1, Total: 26 }, silent }),
    );
    await inject(
      'tax',
      'invoice',
      /tax was changed/,
      tamper('invoices', there(rest[2]), { set: { TotalTax: 1, Total: 126 }, silent }),
    );
    await inject(
      'date',
      'invoice',
      /date of the invoice/,
      tamper('invoices', there(rest[3]), { set: { Date: '2026-10-01' }, silent }),
    );
    await inject('date', 'invoice', /due date/, tamper('invoices', there(rest[4]), { set: { DueDate: '2027-01-01' }, silent }));
    await inject('status', 'invoice', /voided in Xero/, act('void', { id: there(rest[5]) }));
    const ours = rest[6] as InvoiceHead;
    await stage.engine.table.commit([replaceInvoice(place.workspace.id, { ...ours, status: 'void' })]);
    await inject('status', 'invoice', /void here/, Promise.resolve());
    const toContact = { set: { ContactID: other?.['ContactID'] }, silent };
    await inject('contact', 'invoice', /moved to the contact Foreign/, tamper('invoices', there(rest[7]), toContact));
    await inject('currency', 'invoice', /currency/, tamper('invoices', there(rest[8]), { set: { CurrencyCode: 'EUR' }, silent }));
    await inject('allocation', 'invoice', /set against it/, act('credit', { id: there(rest[9]), Amount: '20.00' }));
    await inject('line', 'invoice', /Line 1 was edited/, act('edit-line', { id: there(rest[10]), Description: 'Other work' }));
    await inject(
      'line',
      'invoice',
      /number was changed/,
      tamper('invoices', there(rest[11]), { set: { InvoiceNumber: 'X-1' }, silent }),
    );
    await inject('missing', 'invoice', /not there any more/, tamper('invoices', there(rest[12]), { remove: true, silent }));
    const absent = 'inv_01K00000000000000000000000';
    const [first, second, third] = foreign.map((one) => one['InvoiceID']);
    await inject('extra', 'invoice', /our reference/, tamper('invoices', first, { set: { Reference: absent }, silent }));
    await inject(
      'extra',
      'invoice',
      /number of our series/,
      tamper('invoices', second, { set: { InvoiceNumber: 'INV-9999' }, silent }),
    );
    await inject(
      'duplicate',
      'invoice',
      /second invoice/,
      tamper('invoices', third, { set: { Reference: rest[13]?.id }, silent }),
    );
    const stranger = books.contacts.find((one) => one['Name'] === 'Foreign customer 9') ?? books.contacts.at(-1);
    const absentClient = { set: { ContactNumber: 'cli_01K00000000000000000000000' }, silent };
    await inject('extra', 'contact', /our reference/, tamper('contacts', stranger?.['ContactID'], absentClient));

    await compare(place);

    const found = await open(place);
    const said = found.map(({ kind, subject, cause }) => `${kind} ${subject}: ${cause}`);
    for (const [kind, subject, cause] of expected) {
      const place_ = said.findIndex((one) => one.startsWith(`${kind} ${subject}: `) && cause.test(one));
      expect([kind, subject, cause.source, place_ >= 0]).toEqual([kind, subject, cause.source, true]);
      said.splice(place_, 1);
    }
    expect(said).toEqual([]);
    expect(expected).toHaveLength(24);
  });
});
