import { beforeEach, describe, expect, test } from '@jest/globals';
import { getCorrections } from '../../../functions/xero/get-corrections.ts';
import { accessTokens } from '../../../functions/xero/access-token.ts';
import { openBooks } from '../../../functions/xero/open-books.ts';
import { readSums } from '../../../shared/store/aggregates.ts';
import type { Client } from '../../../shared/store/clients.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { refusalFrom } from '../../support/refusal-of.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000, minuteLimit: 1_000 }));
let place: TestWorkspace;
let bakery: Client;

beforeEach(async () => {
  place = await stage.connected({ paymentAccount: '090', statusOnPush: 'SUBMITTED', contactPolicy: 'match-or-create' });
  bakery = await aBakery(stage, place);
});

const work = () => stage.work(place.workspace.id);
const xero = () => changesIn(stage, () => place);
const corrections = () => correctionsIn(stage, () => place);
const waiting = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind);
const inBooks = async ({ id }: InvoiceHead) =>
  (await stage.books()).invoices
    .filter(({ Reference }) => Reference === id)
    .map(({ InvoiceNumber, Status }) => [InvoiceNumber, Status])
    .sort(([, one], [, other]) => String(one).localeCompare(String(other)));
const sums = async () => {
  const { dues, revenue } = await readSums(stage.engine.table)(place.workspace.id, '2026-01-01');
  const sum = (all: typeof dues): number => all.reduce((total, { amount }) => total + amount.amount, 0);
  return { due: sum(dues), revenue: sum(revenue) };
};
const sent = async (): Promise<InvoiceHead> => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  return invoice;
};
const waysOf = async ({ id }: InvoiceHead) => {
  const open = openBooks(stage.world, accessTokens(stage.world));
  const { body } = await getCorrections(stage.world, open)(callOf(place.admin, { params: { id } }));
  return body as { seen: string; xeroStatus: string | null; paths: { path: string; writes: { where: string }[] }[] };
};

describe('an invoice that nobody has approved in Xero', () => {
  test.each([false, true])(
    'goes back to a draft and comes again under its number (deleted numbers are free: %s)',
    async (free) => {
      await stage.control('POST', 'settings', { deletedNumberReuse: free });
      const invoice = await sent();
      const before = await sums();
      expect(await corrections().toDraft(invoice)).toMatchObject({ status: 'voiding', number: invoice.number });
      expect(await corrections().toDraft(invoice)).toMatchObject({ status: 'voiding' });
      await work();
      expect(await xero().now(invoice)).toMatchObject({ status: 'draft', number: invoice.number });
      expect(await syncOf(stage, place, invoice.id)).toBeUndefined();
      expect(await sums()).toMatchObject({ due: before.due - 15_000 });
      const [[withdrawn, status] = []] = await inBooks(invoice);
      expect([String(withdrawn).startsWith(`${invoice.number} (`), status]).toEqual([true, 'DELETED']);

      expect(await corrections().issue(invoice)).toMatchObject({ status: 'issued', number: invoice.number });
      await work();
      expect(await inBooks(invoice)).toEqual([
        [withdrawn, 'DELETED'],
        [invoice.number, 'SUBMITTED'],
      ]);
      expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', xeroStatus: 'SUBMITTED' });
      await xero().event([invoice]);
      await work();
      await xero().poll();
      expect(await xero().discrepancies()).toEqual([]);
      expect(await waiting()).toEqual([]);
    },
  );

  test('stays as it is when somebody approves it in the meantime, and says why', async () => {
    const invoice = await sent();
    await stage.control('POST', 'faults', { fault: 'lose-webhook', times: 9 });
    await xero().on(invoice, 'approve');
    await corrections().toDraft(invoice);
    await work();
    expect(await xero().now(invoice)).toMatchObject({ status: 'issued', number: invoice.number });
    expect(await syncOf(stage, place, invoice.id)).toMatchObject({ code: 'return-refused', xeroStatus: 'AUTHORISED' });
    expect(await inBooks(invoice)).toEqual([[invoice.number, 'AUTHORISED']]);
    expect((await refusalFrom(corrections().toDraft(invoice))).code).toBe('approved-in-xero');
    expect(await waiting()).toEqual([]);
  });

  test('stays issued and is sent anew when money comes in before it is gone there', async () => {
    const invoice = await sent();
    await corrections().toDraft(invoice);
    await xero().paid(invoice, 5_000);
    await work();
    await work();
    expect(await xero().now(invoice)).toMatchObject({ status: 'partially-paid' });
    expect((await inBooks(invoice)).map(([, status]) => status)).toContain('SUBMITTED');
  });

  test('is a draft at once when it never got there', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    expect(await corrections().toDraft(invoice)).toMatchObject({ status: 'draft', number: invoice.number });
    await work();
    expect(await inBooks(invoice)).toEqual([]);
    expect(await sums()).toMatchObject({ due: 0 });
  });

  test('F56: that is deleted there at the same moment is a draft here, with one outcome', async () => {
    const invoice = await sent();
    await corrections().toDraft(invoice);
    await xero().on(invoice, 'delete');
    await xero().event([invoice]);
    await work();
    expect(await xero().now(invoice)).toMatchObject({ status: 'draft' });
    expect(await xero().discrepancies()).toEqual([]);
  });
});

describe('F54: the ways in which an invoice can be corrected', () => {
  test('follow its true state in Xero, with one call', async () => {
    const invoice = await sent();
    await stage.resetCalls();
    const first = await waysOf(invoice);
    expect([first.seen, first.xeroStatus, first.paths.map(({ path }) => path)]).toEqual([
      'xero',
      'SUBMITTED',
      ['return-to-draft', 'void', 'credit-note'],
    ]);
    expect(await stage.calls()).toHaveLength(1);
    expect(first.paths[0]?.writes.map(({ where }) => where)).toEqual(['xero', 'xero', 'here', 'here']);
    await xero().on(invoice, 'approve');
    expect((await waysOf(invoice)).paths.map(({ path }) => path)).toEqual(['void', 'credit-note']);
    await xero().paid(invoice, 5_000);
    const paid = await waysOf(invoice);
    expect(paid.paths.map(({ path }) => path)).toEqual(['credit-note', 'refund']);
  });

  test('are told from what was seen last while Xero takes no calls', async () => {
    const invoice = await sent();
    await stage.fault({ fault: 'server-error', match: { method: 'GET', path: 'Invoices' }, times: 5 });
    expect(await waysOf(invoice)).toMatchObject({ seen: 'last-seen', xeroStatus: 'SUBMITTED' });
    const unsent = await anInvoice(stage, place, bakery);
    expect(await waysOf(unsent)).toMatchObject({ seen: 'not-there', xeroStatus: null });
  });
});
