import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { InvoiceState, InvoiceStatus } from '../../shared/domain/invoice.ts';
import {
  abandon,
  askable,
  applyPayment,
  balanceOf,
  confirmVoid,
  deleteDraft,
  dueDateFrom,
  dueOf,
  editDraft,
  isOverdue,
  issue,
  keepAsDraft,
  refuseVoid,
  removePayment,
  requireDue,
  requirePayable,
  startVoid,
  statusAfter,
  totals,
  voidedInXero,
  wasIssued,
} from '../../shared/domain/invoice.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { refusalOf, refusedPaths } from '../support/refusal-of.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const invoice = (status: InvoiceStatus, more: Partial<InvoiceState> = {}): InvoiceState => ({
  status,
  number: ['collecting', 'draft', 'abandoned'].includes(status) ? null : 'INV-0001',
  total: gbp(12_000),
  paid: gbp(status === 'paid' ? 12_000 : status === 'partially-paid' ? 5_000 : 0),
  issueDate: null,
  dueDate: null,
  ...more,
});
const terms = { number: 'INV-0002', issueDate: '2026-11-21', dueDate: '2026-12-21' };

describe('what is due', () => {
  test.each([
    [12_000, [], 0, 12_000, 0, 'issued'],
    [12_000, [5_000], 5_000, 7_000, 0, 'partially-paid'],
    [12_000, [5_000, 7_000], 12_000, 0, 0, 'paid'],
    [12_000, [12_000, 12_000], 24_000, 0, 12_000, 'paid'],
    [12_000, [12_000, -2_000], 10_000, 2_000, 0, 'partially-paid'],
    [12_000, [12_000, -12_000], 0, 12_000, 0, 'issued'],
    [0, [], 0, 0, 0, 'paid'],
    [1, [1], 1, 0, 0, 'paid'],
    [2, [1], 1, 1, 0, 'partially-paid'],
    [1, [2], 2, 0, 1, 'paid'],
  ] as const)('of %i after %j: paid %i, due %i, overpaid %i, %s', (total, payments, paid, due, overpaid, status) => {
    expect(dueOf(gbp(total), payments.map(gbp))).toEqual({ paid: gbp(paid), due: gbp(due), overpaid: gbp(overpaid) });
    expect(statusAfter(gbp(total), gbp(paid))).toBe(status);
  });

  test('payments in another currency are never counted', () => {
    expect(refusalOf(() => dueOf(gbp(1), [{ amount: 1, currency: 'USD' }])).code).toBe('currency-mismatch');
  });

  test.each<[InvoiceStatus, number, string | null, boolean]>([
    ['issued', 1, '2026-11-20', true],
    ['issued', 1, '2026-11-21', false],
    ['partially-paid', 1, '2026-11-20', true],
    ['issued', 0, '2026-11-20', false],
    ['issued', 1, null, false],
    ['paid', 1, '2026-11-20', false],
    ['draft', 1, '2026-11-20', false],
    ['voiding', 1, '2026-11-20', false],
    ['void', 1, '2026-11-20', false],
  ])('%s with %i due on %s: overdue %s on 2026-11-21', (status, due, dueDate, expected) => {
    expect(isOverdue(status, gbp(due), dueDate, '2026-11-21')).toBe(expected);
  });

  test('terms are counted in days', () => {
    expect(dueDateFrom('2026-11-21', 30)).toBe('2026-12-21');
    expect(dueDateFrom('2026-11-21', 0)).toBe('2026-11-21');
  });
});

describe('totals', () => {
  const lines = [
    { amount: gbp(1_000), tax: { amount: gbp(200) } },
    { amount: gbp(-300), tax: { amount: gbp(-60) } },
    { amount: gbp(50), tax: null },
  ];
  test('F23: lines add up, negative ones too', () => {
    expect(totals('GBP', lines)).toEqual({ subtotal: gbp(750), tax: gbp(140), total: gbp(890) });
    expect(totals('GBP', lines, { taxIncluded: true })).toEqual({ subtotal: gbp(610), tax: gbp(140), total: gbp(750) });
    expect(totals('GBP', [])).toEqual({ subtotal: gbp(0), tax: gbp(0), total: gbp(0) });
  });
});

describe('issuing', () => {
  test.each<InvoiceStatus>(['collecting', 'draft'])('%s becomes issued, with number and dates', (status) => {
    expect(issue(invoice(status), terms)).toEqual({
      status: 'issued',
      number: 'INV-0002',
      total: gbp(12_000),
      paid: gbp(0),
      issueDate: '2026-11-21',
      dueDate: '2026-12-21',
    });
  });
  test('F21: a draft that has a number keeps it', () => {
    expect(issue(invoice('draft', { number: 'INV-0001' }), terms).number).toBe('INV-0001');
  });
  test('over nothing it is paid at once, below nothing it is refused', () => {
    expect(issue(invoice('draft', { total: gbp(0) }), terms).status).toBe('paid');
    expect(refusedPaths(() => issue(invoice('draft', { total: gbp(-1) }), terms))).toEqual(['lines']);
  });
  test('it is not due before it is issued', () => {
    expect(refusedPaths(() => issue(invoice('draft'), { ...terms, dueDate: '2026-11-20' }))).toEqual(['dueDate']);
    expect(issue(invoice('draft'), { ...terms, dueDate: '2026-11-21' }).dueDate).toBe('2026-11-21');
  });
});

describe('drafts', () => {
  test('are edited, and deleted while they never had a number', () => {
    expect(editDraft(invoice('draft'), { total: gbp(1) })).toMatchObject({ status: 'draft', total: gbp(1) });
    expect(deleteDraft(invoice('draft')).status).toBe('abandoned');
    expect(refusalOf(() => deleteDraft(invoice('draft', { number: 'INV-0001' }))).code).toBe('invoice-not-draft');
  });
});

describe('F22: voiding', () => {
  test('waits for Xero where Xero has it, and keeps the number', () => {
    const voiding = startVoid(invoice('issued'), { pushed: true });
    expect(voiding.status).toBe('voiding');
    expect(confirmVoid(voiding)).toMatchObject({ status: 'void', number: 'INV-0001' });
    expect(refuseVoid(voiding)).toEqual(invoice('issued'));
    expect(startVoid(invoice('issued'), { pushed: false })).toMatchObject({ status: 'void', number: 'INV-0001' });
  });
  test('asking twice and confirming twice change nothing', () => {
    expect(startVoid(invoice('voiding'), { pushed: true })).toEqual(invoice('voiding'));
    expect(startVoid(invoice('void'), { pushed: true })).toEqual(invoice('void'));
    expect(confirmVoid(invoice('void'))).toEqual(invoice('void'));
    expect(voidedInXero(invoice('void'))).toEqual(invoice('void'));
  });
  test('with payments a credit note is the only way', () => {
    expect(refusalOf(() => startVoid(invoice('partially-paid'), { pushed: true })).code).toBe('invoice-has-payments');
    expect(refusalOf(() => startVoid(invoice('paid'), { pushed: false })).code).toBe('invoice-has-payments');
    expect(refusalOf(() => voidedInXero(invoice('partially-paid'))).code).toBe('invoice-has-payments');
  });
  test('what was credited is no obstacle where Xero has voided it; money that came and went for a credit note is', () => {
    const credited = { ...invoice('issued'), credited: gbp(2_000) };
    expect(voidedInXero(credited)).toEqual({ ...credited, status: 'void' });
    const givenBack = { ...invoice('paid', { paid: gbp(0) }), credited: gbp(12_000), creditRefunded: gbp(12_000) };
    expect(refusalOf(() => voidedInXero(givenBack)).code).toBe('invoice-has-payments');
  });
  test('a payment that arrives meanwhile is kept: it restores the invoice, or is overpaid', () => {
    const { invoice: paying, balance } = applyPayment(invoice('voiding'), gbp(12_000));
    expect(paying.status).toBe('voiding');
    expect(balance.due).toEqual(gbp(0));
    expect(refuseVoid(paying).status).toBe('paid');
    expect(balanceOf(confirmVoid(paying))).toEqual({ paid: gbp(12_000), due: gbp(0), overpaid: gbp(12_000) });
  });
});

describe('payments', () => {
  test('in part, in full, too much, and taken off again', () => {
    const part = applyPayment(invoice('issued'), gbp(5_000));
    expect([part.invoice.status, part.balance.due]).toEqual(['partially-paid', gbp(7_000)]);
    const full = applyPayment(part.invoice, gbp(8_000));
    expect([full.invoice.status, full.balance]).toEqual(['paid', { paid: gbp(13_000), due: gbp(0), overpaid: gbp(1_000) }]);
    const back = removePayment(full.invoice, gbp(13_000));
    expect([back.invoice.status, back.balance.due]).toEqual(['issued', gbp(12_000)]);
    expect(refusedPaths(() => removePayment(back.invoice, gbp(1)))).toEqual(['amount']);
  });
  test('nothing and less are no payments', () => {
    expect(refusedPaths(() => applyPayment(invoice('issued'), gbp(0)))).toEqual(['amount']);
    expect(refusedPaths(() => removePayment(invoice('paid'), gbp(-1)))).toEqual(['amount']);
    expect(refusedPaths(() => removePayment(invoice('paid'), gbp(0)))).toEqual(['amount']);
    expect(applyPayment(invoice('issued'), gbp(1)).balance.due).toEqual(gbp(11_999));
    expect(removePayment(invoice('paid'), gbp(1)).balance.due).toEqual(gbp(1));
  });
  test('what a person records stays within what is due', () => {
    expect(requirePayable(invoice('partially-paid'), gbp(7_000))).toBeUndefined();
    expect(refusalOf(() => requirePayable(invoice('partially-paid'), gbp(7_001)))).toMatchObject({
      code: 'amount-exceeds-due',
      facts: { due: gbp(7_000) },
    });
    expect(refusalOf(() => requirePayable(invoice('void'), gbp(1))).code).toBe('invoice-void');
    expect(refusalOf(() => requirePayable(invoice('draft'), gbp(1))).code).toBe('invoice-not-issued');
    expect(refusalOf(() => requirePayable(invoice('issued'), { amount: 1, currency: 'USD' })).code).toBe('currency-mismatch');
  });
});

describe('what a payment page asks for', () => {
  test.each([
    ['issued', gbp(12_000)],
    ['partially-paid', gbp(7_000)],
    ['paid', gbp(0)],
    ['voiding', gbp(0)],
    ['void', gbp(0)],
    ['draft', gbp(0)],
    ['collecting', gbp(0)],
    ['abandoned', gbp(0)],
  ] as const)('of an invoice that is %s', (status, amount) => {
    expect(askable(invoice(status))).toEqual(amount);
  });
  test.each([
    ['paid', 'already-settled'],
    ['voiding', 'invoice-void'],
    ['void', 'invoice-void'],
    ['draft', 'invoice-not-issued'],
    ['collecting', 'invoice-not-issued'],
    ['abandoned', 'invoice-not-issued'],
  ] as const)('is refused while it is %s', (status, code) => {
    expect(refusalOf(() => requireDue(invoice(status))).code).toBe(code);
  });
  test('is all that is due', () => {
    expect([requireDue(invoice('issued')), requireDue(invoice('partially-paid'))]).toEqual([gbp(12_000), gbp(7_000)]);
  });
  test('only what was issued once can have been paid', () => {
    const all: InvoiceStatus[] = ['collecting', 'draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void', 'abandoned'];
    expect(all.filter((status) => wasIssued({ status }))).toEqual(['issued', 'partially-paid', 'paid', 'voiding', 'void']);
  });
});

const commands = {
  keepAsDraft: (one: InvoiceState) => keepAsDraft(one),
  issue: (one: InvoiceState) => issue(one, terms),
  edit: (one: InvoiceState) => editDraft(one, { dueDate: '2027-01-01' }),
  delete: (one: InvoiceState) => deleteDraft(one),
  abandon: (one: InvoiceState) => abandon(one),
  voidPushed: (one: InvoiceState) => startVoid(one, { pushed: true }),
  voidUnpushed: (one: InvoiceState) => startVoid(one, { pushed: false }),
  confirmVoid: (one: InvoiceState) => confirmVoid(one),
  refuseVoid: (one: InvoiceState) => refuseVoid(one),
  voidedInXero: (one: InvoiceState) => voidedInXero(one),
  pay: (one: InvoiceState) => applyPayment(one, gbp(5_000)).invoice,
  payAll: (one: InvoiceState) => applyPayment(one, gbp(12_000)).invoice,
  unpay: (one: InvoiceState) => removePayment(one, gbp(5_000)).invoice,
};

describe('every command in every state', () => {
  // Empty: refused. The table is the whole machine.
  const table: Record<keyof typeof commands, Partial<Record<InvoiceStatus, InvoiceStatus>>> = {
    keepAsDraft: { collecting: 'draft' },
    issue: { collecting: 'issued', draft: 'issued' },
    edit: { draft: 'draft' },
    delete: { draft: 'abandoned' },
    abandon: { collecting: 'abandoned', abandoned: 'abandoned' },
    voidPushed: { issued: 'voiding', voiding: 'voiding', void: 'void' },
    voidUnpushed: { issued: 'void', voiding: 'voiding', void: 'void' },
    confirmVoid: { voiding: 'void', void: 'void' },
    refuseVoid: { voiding: 'issued' },
    voidedInXero: { issued: 'void', voiding: 'void', void: 'void' },
    pay: { issued: 'partially-paid', 'partially-paid': 'partially-paid', paid: 'paid', voiding: 'voiding', void: 'void' },
    payAll: { issued: 'paid', 'partially-paid': 'paid', paid: 'paid', voiding: 'voiding', void: 'void' },
    unpay: { 'partially-paid': 'issued', paid: 'partially-paid' },
  };
  const statuses: InvoiceStatus[] = ['collecting', 'draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void', 'abandoned'];

  test.each(statuses.flatMap((status) => Object.keys(commands).map((name) => [status, name as keyof typeof commands] as const)))(
    '%s: %s',
    (status, name) => {
      const before = invoice(status);
      const expected = table[name][status];
      if (expected === undefined) expect(() => commands[name](before)).toThrow(Refusal);
      else expect(commands[name](before).status).toBe(expected);
      expect(before).toEqual(invoice(status));
    },
  );

  test('law: whatever happens, the money adds up and numbers are never lost', () => {
    const names = fc.array(fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[])), { maxLength: 25 });
    fc.assert(
      fc.property(names, (list) => {
        let [state, received, number] = [invoice('collecting'), 0, null as string | null];
        for (const name of list) {
          try {
            const next = commands[name](state);
            received += next.paid.amount - state.paid.amount;
            state = next;
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          const { due, paid, overpaid } = balanceOf(state);
          expect(paid.amount).toBe(received);
          expect(due.amount >= 0 && overpaid.amount >= 0).toBe(true);
          const owed = state.status === 'void' ? 0 : 12_000;
          expect(due.amount - overpaid.amount).toBe(owed - received);
          if (number !== null) expect(state.number).toBe(number);
          number = state.number;
          if (state.status === 'paid') expect(due.amount).toBe(0);
          if (state.status === 'abandoned') expect(state.number).toBeNull();
        }
      }),
    );
  });
});
