import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readSums } from '../../../shared/store/aggregates.ts';
import { gbp, openBusiness, type Body, type Business, type Choice } from '../../support/billing-model.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { sum, sumsBy, type Paper, type Work } from '../../support/paper.ts';
import { openRooms } from '../../support/rooms.ts';

const engine = await forAllTests(startEngine());

type Deed = { [Name in keyof Business]: Business[Name] extends (choice: Choice) => Promise<void> ? Name : never }[keyof Business];
const weights: Record<Deed, number> = {
  ...{ addTime: 8, editTime: 2, addExpense: 2, bill: 6, billLines: 2, changeDraft: 2, issue: 3, takeBack: 3 },
  ...{ credit: 7, pay: 6, refund: 4, payInXero: 4, takeBackInXero: 3, voidInXero: 2 },
  ...{ reRate: 1, settleBill: 3, nextDay: 1 },
};
const step = fc.record({
  deed: fc.oneof(...Object.entries(weights).map(([deed, weight]) => ({ weight, arbitrary: fc.constant(deed as Deed) }))),
  which: fc.nat({ max: 11 }),
  amount: fc.integer({ min: 1, max: 99_999 }),
  flag: fc.boolean(),
});

/** Holds all that the system shows against the paper. */
const compare = async (business: Business): Promise<void> => {
  const { paper, place } = business;
  const [times, expenses, invoices, bills, notes, sums] = await Promise.all([
    business.listed('time', '/v1/time-entries'),
    business.listed('bills', '/v1/expenses'),
    business.listed('invoices', '/v1/invoices'),
    business.listed('bills', '/v1/bills'),
    business.listed('payments', '/v1/credit-notes'),
    readSums(engine.table)(place.workspace.id, '2026-01-01'),
  ]);
  compareWork(paper, paper.times, times);
  compareWork(paper, paper.expenses, expenses);
  compareInvoices(paper, invoices, notes);
  compareBills(business, bills);
  expectGapFree(
    'INV-',
    paper.invoices.flatMap(({ number }) => number ?? []),
  );
  expectGapFree('CN-', paper.creditNotes);
  expectGapFree('BILL-', paper.approvedBills);
  const byDay = (all: typeof sums.dues) => sumsBy(all.map(({ date, amount }) => [date ?? '', amount.amount]));
  expect([byDay(sums.dues), byDay(sums.revenue)]).toEqual([paper.dues(), sumsBy(paper.revenue)]);
};

/** Each entry and expense is free, or on exactly the invoice that has it on paper. */
const compareWork = (paper: Paper, told: readonly Work[], shown: readonly Body[]): void => {
  const states = new Map(paper.invoices.map(({ id, state }) => [id, state === 'draft' ? 'held' : 'billed']));
  const free = ({ billable }: Work): string => (billable ? 'unbilled' : 'non-billable');
  const byId = (all: unknown[][]) => Object.fromEntries(all.map(([id, ...rest]) => [id, rest]));
  expect(byId(shown.map(({ id, invoiceId, status, seconds = 0 }) => [id, invoiceId, status, seconds]))).toEqual(
    byId(told.map((one) => [one.id, one.on, one.on === null ? free(one) : states.get(one.on), one.seconds])),
  );
};

const compareInvoices = (paper: Paper, invoices: readonly Body[], notes: readonly Body[]): void => {
  expect([invoices.length, notes.length]).toEqual([paper.invoices.length, paper.creditNotes.length]);
  for (const one of paper.invoices) {
    const { number, dueDate, subtotal, total, credited } = one;
    expect(invoices.find(({ id }) => id === one.id)).toMatchObject({
      ...{ status: paper.statusOf(one), number, dueDate, subtotal: gbp(subtotal), total: gbp(total), credited: gbp(credited) },
      ...{ paid: gbp(paper.paid(one.id)), due: gbp(paper.due(one)) },
    });
    expect(credited).toBeLessThanOrEqual(total);
    // What credit notes left open is too much on the invoice, and never more than that.
    const open = sum(notes.filter(({ invoiceId }) => invoiceId === one.id).map((note) => note.open.amount));
    expect(open).toBeLessThanOrEqual(paper.tooMuch(one));
    // What of them neither lowered what is due nor stands open went back to whoever paid.
    const back = sum(notes.filter(({ invoiceId }) => invoiceId === one.id).map((note) => note.refunded.amount));
    expect(back).toBeLessThanOrEqual(paper.refunded(one.id));
  }
};

/** In raw seconds, for each invoice and expert: on live invoices = on bills + written off. */
const compareBills = ({ paper, experts }: Business, bills: readonly Body[]): void => {
  const standing = bills.filter(({ status }) => status !== 'void');
  const seconds = standing.map((one) => [`${one.invoiceId}/${one.memberId}`, one.owedSeconds + one.writtenOffSeconds] as const);
  expect(sumsBy(seconds)).toEqual(paper.billedSeconds());
  expect(standing.filter(({ memberId, owedSeconds }) => memberId === experts[2] && owedSeconds > 0)).toEqual([]);
};

const expectGapFree = (prefix: string, numbers: readonly string[]): void =>
  expect([...numbers].sort()).toEqual(numbers.map((_, place) => `${prefix}${String(place + 1).padStart(4, '0')}`));

describe('whatever is worked, billed, corrected, paid and given back, in any order', () => {
  const runs = { numRuns: Number(process.env['LAWS'] ?? 12), seed: 20_261_122, unbiased: true };
  test(
    'entries, invoices, bills, money and sums say what a bookkeeper has on paper',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), async (steps) => {
          const business = await openBusiness(engine, openRooms(engine));
          for (const { deed, ...choice } of steps) {
            await business[deed](choice);
            await compare(business);
          }
        }),
        runs,
      ),
    60_000 + runs.numRuns * 10_000,
  );
});
