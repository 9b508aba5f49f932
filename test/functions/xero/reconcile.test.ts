import { describe, expect, test } from '@jest/globals';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import type { Payment } from '../../../shared/store/payments.ts';
import { openDiscrepancies } from '../../../shared/store/discrepancies.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { syncItemKey } from '../../../shared/store/sync-items.ts';
import { remove } from '../../../shared/store/write.ts';
import { cancelled, readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aClient, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000 }));

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

const tamper = (collection: string, id: unknown, change: Record<string, unknown>): Promise<unknown> =>
  stage.control('POST', 'tamper', { tenantId, collection, id, ...change });

const scene = async (invoices = 3): Promise<{ place: TestWorkspace; sent: InvoiceHead[] }> => {
  const place = await stage.connected({ contactPolicy: 'match-or-create', paymentAccount: '090' });
  const client = await aClient(stage, place, { name: 'New Ventures', email: 'hello@newventures.example' });
  const sent: InvoiceHead[] = [];
  for (let n = 0; n < invoices; n += 1) sent.push(await anInvoice(stage, place, client));
  await stage.work(place.workspace.id);
  return { place, sent };
};

describe('comparing with Xero', () => {
  test('R8: clean books among thousands of foreign documents say nothing', async () => {
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

  test('R8: twenty-one kinds of drift are found among thousands of foreign documents, each with its cause, and nothing else', async () => {
    const { place, sent } = await scene(20);
    const [paid, moved, redated, repaid, gonePayment, target] = sent.slice(0, 6) as [
      ...[InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead, InvoiceHead],
    ];
    const payments: Payment[] = [];
    for (const head of [paid, moved, redated, repaid, gonePayment]) payments.push(await aPayment(stage, place, head));
    await stage.work(place.workspace.id);
    await stage.control('POST', 'foreign', { tenantId, invoices: 3000, contacts: 40 });
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
    await inject('missing', 'payment', /deleted/, stage.act('delete-payment', { id: payment(3) }));
    await inject('missing', 'payment', /no more/, tamper('payments', payment(4), { remove: true }));
    const free = foreignPayments.slice(0, 3).map((one) => one['PaymentID']);
    const absentPayment = 'pay_01K00000000000000000000000';
    await inject('extra', 'payment', /our reference/, tamper('payments', free[0], { set: { Reference: absentPayment }, silent }));
    const again = { set: { Reference: payments[0]?.id }, silent };
    await inject('duplicate', 'payment', /second payment/, tamper('payments', free[1], again));

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
    const [ours, paidHere] = [rest[6], rest[5]] as [InvoiceHead, InvoiceHead];
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...ours, status: 'void' }),
      replaceInvoice(place.workspace.id, { ...paidHere, status: 'paid', paid: paidHere.total }),
    ]);
    const voided = { set: { Status: 'VOIDED' }, silent };
    await inject('status', 'invoice', /voided in Xero although money came in/, tamper('invoices', there(paidHere), voided));
    await inject('status', 'invoice', /void here/, Promise.resolve());
    const toContact = { set: { ContactID: other?.['ContactID'] }, silent };
    await inject('contact', 'invoice', /moved to the contact Foreign/, tamper('invoices', there(rest[7]), toContact));
    await inject('currency', 'invoice', /currency/, tamper('invoices', there(rest[8]), { set: { CurrencyCode: 'EUR' }, silent }));
    await inject(
      'line',
      'invoice',
      /Line 1 was edited/,
      stage.act('edit-line', { id: there(rest[10]), Description: 'Other work' }),
    );
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
    expect(expected).toHaveLength(21);
    // Looked at again, they are the same ones.
    await compare(place);
    expect(await open(place)).toHaveLength(21);
  });

  test('what belongs to Xero is taken over instead of being told, although every webhook was lost', async () => {
    const { place, sent } = await scene(4);
    const { table } = stage.engine;
    const books = await stage.books();
    const there = (n: number) => books.invoices.find((one) => one['Reference'] === sent[n]?.id)?.['InvoiceID'];
    await stage.act('pay', { id: there(0), Amount: '50.00' });
    await stage.act('credit', { id: there(1), Amount: '20.00' });
    await stage.act('due-date', { id: there(2), DueDate: '2027-01-15' });
    await stage.act('void', { id: there(3) });
    await compare(place);
    await compare(place);
    expect(await open(place)).toEqual([]);
    const heads = await Promise.all(sent.map(({ id }) => readInvoice(table)(place.workspace.id, id)));
    expect(heads.map((head) => [head?.status, head?.paid.amount, head?.dueDate])).toEqual([
      ['partially-paid', 5000, '2026-12-04'],
      ['partially-paid', 2000, '2026-12-04'],
      ['issued', 0, '2027-01-15'],
      ['void', 0, '2026-12-04'],
    ]);
  });

  test('a difference that is gone closes by itself, in a comparison of changes too', async () => {
    const { place, sent } = await scene(3);
    const [first] = await stage.books().then(({ invoices }) => invoices.filter((one) => one['Reference'] === sent[0]?.id));
    await compare(place);
    await tamper('invoices', first?.['InvoiceID'], { set: { TotalTax: 1, Total: 126 } });
    await compare(place, 'changed');
    expect(await open(place)).toMatchObject([{ kind: 'tax', ours: 'GBP 25.00', theirs: 'GBP 1.00', documentId: sent[0]?.id }]);
    await compare(place, 'changed');
    expect(await open(place)).toHaveLength(1);
    await tamper('invoices', first?.['InvoiceID'], { set: { TotalTax: 25, Total: 150 }, silent: true });
    await compare(place, 'changed');
    expect(await open(place)).toEqual([]);
  });

  test('G6: nothing changed costs one call of each kind', async () => {
    const { place } = await scene(3);
    await compare(place);
    await stage.clock.advance(3600);
    await stage.resetCalls();
    await compare(place, 'changed');
    expect(await callsByKind()).toEqual({ Contacts: 1, Invoices: 1, Payments: 1 });
    const read = await readReconciliation(stage.engine.table)(place.workspace.id);
    expect(read).toMatchObject({ state: 'done', scope: 'changed', compared: {} });
  });

  test('an empty or broken answer says nothing, and the comparison goes on afterwards', async () => {
    const { place } = await scene(3);
    for (const fault of ['truncated', 'html', 'server-error', 'drop-answer']) {
      await stage.fault({ fault, match: { method: 'GET', path: 'Invoices' }, times: 1 });
      await compare(place);
      await stage.clock.advance(120);
      await stage.work(place.workspace.id);
      expect([fault, await open(place)]).toEqual([fault, []]);
      const read = await readReconciliation(stage.engine.table)(place.workspace.id);
      expect([fault, read.state]).toEqual([fault, 'done']);
    }
  });

  test('F79: of two runs at once the second leaves, and one comparison comes of it', async () => {
    const { place } = await scene(3);
    await compare(place);
    const { table } = stage.engine;
    const ws = place.workspace.id;
    const read = await readReconciliation(table)(ws);
    const at = new Date(stage.clock.now()).toISOString();
    await table.commit(comparisonWanted(ws, read, { scope: 'all', version: stage.clock.now(), at, dueAt: at }).writes);
    await stage.resetCalls();
    await Promise.all([stage.work(ws), stage.work(ws)]);
    await stage.clock.advance(120);
    await stage.work(ws);
    expect(await readReconciliation(table)(ws)).toMatchObject({ state: 'done', compared: { invoices: 3 } });
    expect(await callsByKind()).toEqual({ Contacts: 1, Invoices: 1, Payments: 1 });
    expect(await readWaitingWork(table)(ws)).toEqual([]);
  });

  test('work that was lost waits again, and everything is there once', async () => {
    const { place, sent } = await scene(2);
    const { table } = stage.engine;
    const ws = place.workspace.id;
    const client = await aClient(stage, place, { name: 'Late Ltd' });
    const never = await anInvoice(stage, place, client);
    const forgotten = sent[0] as InvoiceHead;
    await table.commit([
      cancelled(ws, { lane: 'urgent', kind: 'invoice', documentId: never.id }),
      remove('sync item', syncItemKey(ws, forgotten.id)),
    ]);
    await compare(place);
    await compare(place);
    expect(await open(place)).toEqual([]);
    const books = await stage.books();
    expect(books.invoices.map((one) => one['Reference']).toSorted()).toEqual([never.id, ...sent.map(({ id }) => id)].toSorted());
    for (const { id } of [never, ...sent]) expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
  });

  test('cut off at any call, it goes on, and the end is the same', async () => {
    const { place, sent } = await scene(3);
    const { table } = stage.engine;
    const ws = place.workspace.id;
    const [first] = (await stage.books()).invoices.filter((one) => one['Reference'] === sent[0]?.id);
    await compare(place);
    const want = async (): Promise<void> => {
      await stage.clock.advance(61);
      const at = new Date(stage.clock.now()).toISOString();
      const read = await readReconciliation(table)(ws);
      await table.commit(comparisonWanted(ws, read, { scope: 'all', version: stage.clock.now(), at, dueAt: at }).writes);
    };
    /** Runs the worker over a table that fails at its n-th call, before or behind the effect; how many calls there were. */
    const run = async (n: number, behind: boolean): Promise<number> => {
      let calls = 0;
      const cut =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          calls += 1;
          if (calls > n || (calls === n && !behind)) throw new Error('cut off');
          const answer = await call(...args);
          if (calls === n) throw new Error('cut off');
          return answer;
        };
      const { get, batchGet, query, queryAll, commit, putMany } = table;
      const dying = { get: cut(get), batchGet: cut(batchGet), query: cut(query), queryAll: cut(queryAll) };
      const world = { ...stage.world, table: { ...dying, commit: cut(commit), putMany: cut(putMany) } };
      await stage.work(ws, { world }).catch(() => undefined);
      return calls;
    };
    await want();
    const calls = await run(Number.MAX_SAFE_INTEGER, false);
    expect(calls).toBeGreaterThan(20);
    for (let n = 1; n <= calls; n += 1) {
      // Each time another sum, so that each time there is something to write.
      const tax = n / 100;
      await tamper('invoices', first?.['InvoiceID'], { set: { TotalTax: tax, Total: 125 + tax }, silent: true });
      await want();
      await run(n, n % 2 === 0);
      await stage.clock.advance(100);
      await stage.work(ws);
      const read = await readReconciliation(table)(ws);
      expect([n, read.state, read.compared]).toEqual([n, 'done', { invoices: 3, contacts: 1 }]);
      expect([n, await open(place)]).toMatchObject([n, [{ kind: 'tax', theirs: `GBP ${tax.toFixed(2)}` }]]);
      expect([n, await readWaitingWork(table)(ws)]).toEqual([n, []]);
    }
  });
});
