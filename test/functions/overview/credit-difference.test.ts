import { beforeEach, describe, expect, test } from '@jest/globals';
import { readCreditNote } from '../../../shared/store/credit-notes.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import type { Answer } from '../../support/door-call.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { changesIn } from '../../support/xero-changes.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

// An accountant lowers an invoice of ours in Xero; a credit note that Xero never hears of brings ours to the same.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let books: ReturnType<typeof comparedBooks>;
let invoice: InvoiceHead;
let closed: string[];

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const there = async () => (await books.books()).invoices.find((one) => one['Reference'] === invoice.id) ?? {};
const here = async () => (await readInvoice(stage.engine.table)(place.workspace.id, invoice.id)) as InvoiceHead;
/** The accountant takes hours off the one line: 125.00 and 25.00 tax become 100.00 and 20.00. */
const lower = async (Quantity = '1.0000') => books.act('edit-line', { id: (await there())['InvoiceID'], Quantity });

beforeEach(async () => {
  place = await stage.fresh();
  books = comparedBooks(stage, () => place);
  closed = [];
  await books.begin();
  invoice = await books.invoice();
  await books.work();
});

const call = (route: string, parts: object = {}): Promise<Answer> => overviewOf(stage, { closed })(place.admin, route, parts);
const found = async () => {
  const { items } = (await call('GET /v1/discrepancies')).body;
  return items.find((one: { kind: string }) => one.kind === 'amount');
};
const resolve = (id: string, body: object, headers = {}): Promise<Answer> =>
  call('POST /v1/discrepancies/{id}/resolve', { params: { id }, body, headers });
const waysOf = (one: { ways: { way: string }[] }): string[] => one.ways.map(({ way }) => way);
/** Compares, looks at the way, and takes it. */
const credit = async (): Promise<Answer> => {
  const { id } = await found();
  const { expect: shown } = (await resolve(id, { way: 'credit', preview: true })).body;
  return resolve(id, { way: 'credit', expect: shown });
};

describe('an invoice that was lowered in Xero', () => {
  test('is credited here about exactly the difference; Xero hears nothing, and nothing differs any more', async () => {
    await lower();
    await books.compare();
    const difference = await found();
    expect(difference).toMatchObject({ ours: 'GBP 150.00', theirs: 'GBP 120.00', amount: gbp(-3_000) });
    expect(waysOf(difference)).toEqual(['credit', 'ignore']);
    const shown = await resolve(difference.id, { way: 'credit', preview: true });
    expect(shown.body).toMatchObject({ done: false, expect: expect.any(String) });
    expect(shown.body.steps.map(({ where, what }: Record<string, string>) => `${where}: ${what}`)).toEqual([
      `here: Issue a credit note over GBP 30.00 for the invoice ${invoice.number}`,
      'here: What is due on it falls by that; Xero never hears of the credit note, as it is lower there already',
      'here: The credit note takes GBP 25.00 and GBP 5.00 tax off; GBP 120.00 stays due on the invoice',
    ]);
    expect(await here()).toMatchObject({ status: 'issued', version: 1 });

    const taken = await resolve(difference.id, { way: 'credit', expect: shown.body.expect });
    expect(taken.body).toMatchObject({ done: true, discrepancy: { state: 'resolved' } });
    const note = await readCreditNote(stage.engine.table)(place.workspace.id, taken.body.creditNoteId);
    expect(note).toMatchObject({ number: 'CN-0001', onlyHere: true, toXero: false, total: gbp(3_000), allocated: gbp(3_000) });
    expect(await here()).toMatchObject({ status: 'issued', credited: gbp(3_000), creditNoteIds: [taken.body.creditNoteId] });
    expect(closed).toEqual([invoice.id]);
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);

    await books.compare();
    await books.compare('changed');
    expect(await books.open()).toEqual([]);
    expect((await books.books()).creditNotes).toEqual([]);
  });

  test('that is raised again is told again, as a difference that has no such way', async () => {
    await lower();
    await books.compare();
    await credit();
    await lower('1.2500');
    await books.compare();
    const again = await found();
    expect(again).toMatchObject({ ours: 'GBP 120.00', theirs: 'GBP 150.00', amount: gbp(3_000) });
    expect(waysOf(again)).toEqual(['ignore']);
  });

  test('that is lowered further is credited by what is left', async () => {
    await lower();
    await books.compare();
    await credit();
    await lower('0.5000');
    await books.compare();
    expect(await found()).toMatchObject({ ours: 'GBP 120.00', theirs: 'GBP 60.00' });
    expect((await credit()).body).toMatchObject({ done: true });
    expect(await here()).toMatchObject({ credited: gbp(9_000) });
    await books.compare();
    expect(await books.open()).toEqual([]);
  });

  test('that is voided there after it was credited is void here, and nothing differs any more', async () => {
    await lower();
    await books.compare();
    const { creditNoteId } = (await credit()).body;
    await books.act('void', { id: (await there())['InvoiceID'] });
    await books.compare();
    expect(await here()).toMatchObject({ status: 'void', credited: gbp(3_000), creditNoteIds: [creditNoteId] });
    await books.compare();
    expect(await books.open()).toEqual([]);
  });

  test('that is voided there although it was paid in part stays as it is: taking that over says what is in the way', async () => {
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...(await here()), status: 'partially-paid', paid: gbp(1_000) }),
    ]);
    await books.act('void', { id: (await there())['InvoiceID'] });
    await books.compare();
    const [gone] = (await call('GET /v1/discrepancies')).body.items;
    expect(gone).toMatchObject({ kind: 'status', ours: 'partially-paid', theirs: 'VOIDED' });
    expect((await resolve(gone.id, { way: 'take-over' })).body.done).toBe(true);
    await books.work();
    expect(await here()).toMatchObject({ status: 'partially-paid', paid: gbp(1_000) });
    const { items } = (await call('GET /v1/discrepancies')).body;
    expect(items).toMatchObject([{ id: gone.id, state: 'open', cause: expect.stringContaining('money stands on it') }]);
  });

  test('is told by webhook too, and what was settled stays settled', async () => {
    const changes = changesIn(stage, () => place);
    await changes.on(invoice, 'edit-line', { Quantity: '1.0000' });
    await changes.event([invoice]);
    await books.work();
    expect((await credit()).body.done).toBe(true);
    await changes.on(invoice, 'reference', { Reference: 'PO 7' });
    await changes.event([invoice]);
    await books.work();
    expect((await books.open()).filter(({ kind }) => kind !== 'line')).toEqual([]);
    await books.compare();
    expect(await books.open()).toEqual([]);
  });
});

describe('what was shown is done, or nothing', () => {
  test('without a preview it is refused; after a change of the invoice as well', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const unseen = await resolve(id, { way: 'credit' });
    expect([unseen.status, unseen.body.errors[0].path]).toEqual([400, 'expect']);
    const shown = (await resolve(id, { way: 'credit', preview: true })).body.expect;
    await correctionsIn(stage, () => place).credit(invoice, { kind: 'amount', amount: gbp(1_000) });
    const changed = await resolve(id, { way: 'credit', expect: shown });
    expect([changed.status, changed.body.code]).toEqual([409, 'preview-changed']);
    expect(await here()).toMatchObject({ credited: gbp(1_000) });
    expect((await found()).state).toBe('open');
  });

  test('an invoice that was paid since the preview is credited nothing', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const body = { way: 'credit', expect: (await resolve(id, { way: 'credit', preview: true })).body.expect };
    await stage.engine.table.commit([
      replaceInvoice(place.workspace.id, { ...(await here()), status: 'paid', paid: gbp(15_000) }),
    ]);
    const changed = await resolve(id, body);
    expect([changed.status, changed.body.code]).toEqual([409, 'preview-changed']);
    expect((await here()).creditNoteIds ?? []).toEqual([]);
  });

  test('repeated with its key it answers the same; without it, it is settled; one credit note comes of it', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const body = { way: 'credit', expect: (await resolve(id, { way: 'credit', preview: true })).body.expect };
    const first = await resolve(id, body, { 'idempotency-key': 'once' });
    const second = await resolve(id, body, { 'idempotency-key': 'once' });
    const late = await resolve(id, body);
    expect([first.status, second.text, late.body.code]).toEqual([200, first.text, 'already-settled']);
    expect(await here()).toMatchObject({ credited: gbp(3_000) });
  });

  test('eight at once: one credit note', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const body = { way: 'credit', expect: (await resolve(id, { way: 'credit', preview: true })).body.expect };
    const answers = await Promise.all(Array.from({ length: 8 }, () => resolve(id, body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 409)]);
    const after = await here();
    expect([after.credited, after.creditNoteIds?.length]).toEqual([gbp(3_000), 1]);
  });

  test('settled by somebody else between two reads, it is settled, and not impossible', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const body = { way: 'credit', expect: (await resolve(id, { way: 'credit', preview: true })).body.expect };
    const { table } = stage.engine;
    let isFirst = true;
    const get: typeof table.get = async (key) => {
      const item = await table.get(key);
      if (item?.['difference'] !== undefined && isFirst) {
        isFirst = false;
        expect((await resolve(id, body)).status).toBe(200);
      }
      return item;
    };
    const slower = overviewOf(stage, { table: { ...table, get } });
    const late = await slower(place.admin, 'POST /v1/discrepancies/{id}/resolve', { params: { id }, body });
    expect([late.status, late.body.code]).toEqual([409, 'already-settled']);
  });

  test('cut off at any call of the table, a repetition ends the same', async () => {
    await lower();
    await books.compare();
    const { id } = await found();
    const body = { way: 'credit', expect: (await resolve(id, { way: 'credit', preview: true })).body.expect };
    const { table } = stage.engine;
    let cuts = 0;
    for (let n = 1; cuts === n - 1; n += 1) {
      let made = 0;
      const cut =
        <A extends unknown[], R>(one: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          made += 1;
          if (made > n) throw new Error('cut off');
          const answer = await one(...args);
          if (made === n) throw new Error('cut off');
          return answer;
        };
      const dying = {
        ...table,
        get: cut(table.get),
        batchGet: cut(table.batchGet),
        query: cut(table.query),
        commit: cut(table.commit),
      };
      const headers = { 'idempotency-key': 'cut-off' };
      await overviewOf(stage, { table: dying })(place.admin, 'POST /v1/discrepancies/{id}/resolve', {
        params: { id },
        body,
        headers,
      }).catch(() => undefined);
      if (made >= n) cuts += 1;
    }
    const again = await resolve(id, body, { 'idempotency-key': 'cut-off' });
    expect(again.body).toMatchObject({ done: true });
    expect(cuts).toBeGreaterThan(5);
    const after = await here();
    expect([after.credited, after.creditNoteIds?.length]).toEqual([gbp(3_000), 1]);
  });
});

describe('the way is offered only where the invoice can take it', () => {
  const ways = async (): Promise<string[]> => {
    await books.compare();
    return waysOf(await found());
  };

  test.each([
    ['more is credited than is still due', { status: 'partially-paid', paid: gbp(13_000) }],
    ['it is paid', { status: 'paid', paid: gbp(15_000) }],
  ])('not where %s', async (_why, changes) => {
    await lower();
    const head = await here();
    await stage.engine.table.commit([replaceInvoice(place.workspace.id, { ...head, ...changes } as InvoiceHead)]);
    expect(await ways()).toEqual(['ignore']);
    const { id } = await found();
    expect((await resolve(id, { way: 'credit', preview: true })).body.code).toBe('forbidden');
  });

  test('up to exactly what is due', async () => {
    await lower();
    const head = await here();
    const paid = { status: 'partially-paid', paid: gbp(12_000) } as const;
    await stage.engine.table.commit([replaceInvoice(place.workspace.id, { ...head, ...paid })]);
    expect(await ways()).toEqual(['credit', 'ignore']);
    expect((await credit()).body.done).toBe(true);
    expect(await here()).toMatchObject({ status: 'paid', credited: gbp(3_000) });
  });

  test('not where only its tax, or only its net amount is another one', async () => {
    const { InvoiceID } = await there();
    await books.tamper('invoices', InvoiceID, { set: { SubTotal: 120, TotalTax: 30, Total: 150 } });
    expect(await ways()).toEqual(['ignore']);
  });

  test('not where it was raised', async () => {
    await lower('2.0000');
    expect(await ways()).toEqual(['ignore']);
  });
});
