import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { correctionsOf, type GivenPayment } from '../../shared/domain/corrections.ts';
import { creditInvoice } from '../../shared/domain/credit-note.ts';
import { startVoid, type InvoiceState } from '../../shared/domain/invoice.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { confirmReturn, refuseReturn, startReturn, type Returning } from '../../shared/domain/return-to-draft.ts';
import { refusalOf } from '../support/refusal-of.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
type Invoice = Returning & { id: string };

const invoice = (changes: Partial<Returning> = {}): Invoice => ({
  ...{ id: 'inv_1', status: 'issued', number: 'INV-0001', total: gbp(12_000), paid: gbp(0) },
  ...{ issueDate: '2026-11-20', dueDate: '2026-12-04' },
  ...changes,
});
const card: GivenPayment = { id: 'pay_1', origin: 'stripe', left: gbp(5_000), inXero: true };
const ways = (one: Invoice, there: string | null, payments: GivenPayment[] = []): string[] =>
  correctionsOf(one, there, { toXero: true, payments, hasTime: true }).map(({ path }) => path);

describe('the ways in which an invoice can be corrected', () => {
  test.each([
    ['never got to Xero', null, ['return-to-draft', 'void', 'credit-note']],
    ['is a draft there', 'DRAFT', ['return-to-draft', 'void', 'credit-note']],
    ['waits for approval there', 'SUBMITTED', ['return-to-draft', 'void', 'credit-note']],
    ['is approved there', 'AUTHORISED', ['void', 'credit-note']],
    ['is paid there', 'PAID', ['credit-note']],
    ['is void there', 'VOIDED', ['void']],
  ])('when it %s and nothing is paid here', (_what, there, expected) => {
    expect(ways(invoice(), there)).toEqual(expected);
  });

  test('once money came in are a credit note, and giving back what came from here', () => {
    const paid = invoice({ status: 'partially-paid', paid: gbp(5_000) });
    expect(ways(paid, 'AUTHORISED', [card])).toEqual(['credit-note', 'refund']);
    expect(ways(paid, 'AUTHORISED', [{ ...card, origin: 'xero' }])).toEqual(['credit-note']);
    expect(ways(invoice({ status: 'paid', credited: gbp(12_000) }), 'PAID')).toEqual([]);
    expect(ways(invoice({ status: 'void', paid: gbp(5_000) }), 'VOIDED', [card])).toEqual(['refund']);
    expect(ways(invoice({ status: 'draft' }), null)).toEqual([]);
  });

  test('name the most that they may be about, and every place they write to', () => {
    const paid = invoice({ status: 'paid', paid: gbp(12_000), credited: gbp(2_000) });
    const [credit, refund] = correctionsOf(paid, 'PAID', { toXero: true, payments: [card], hasTime: false });
    expect([credit?.atMost, refund?.atMost, refund?.about]).toEqual([gbp(10_000), gbp(5_000), 'pay_1']);
    expect(refund?.writes.map(({ where }) => where)).toEqual(['stripe', 'here', 'xero', 'xero']);
  });

  test('are exactly those that the rules take', () => {
    const statuses = ['draft', 'issued', 'partially-paid', 'paid', 'voiding', 'void'] as const;
    const taken = (doing: () => unknown): boolean => {
      try {
        doing();
        return true;
      } catch (error) {
        if (error instanceof Refusal) return false;
        throw error;
      }
    };
    const state = fc.record({
      status: fc.constantFrom(...statuses),
      paid: fc.constantFrom(0, 5_000, 12_000),
      credited: fc.constantFrom(0, 4_000, 12_000),
    });
    fc.assert(
      fc.property(state, ({ status, paid, credited }) => {
        const one: InvoiceState & { id: string } = invoice({ status, paid: gbp(paid), credited: gbp(credited) });
        const open = ways(one, null);
        const stands = status === 'issued' || status === 'partially-paid' || status === 'paid';
        expect(open.includes('void')).toBe(stands && taken(() => startVoid(one, { pushed: false })));
        expect(open.includes('return-to-draft')).toBe(stands && taken(() => startReturn(one, { pushed: false })));
        expect(open.includes('credit-note')).toBe(taken(() => creditInvoice(one, gbp(1))));
      }),
    );
  });
});

describe('F22: the way back to a draft', () => {
  test('is gone at once, or once Xero has confirmed; the number stays', () => {
    expect(startReturn(invoice(), { pushed: false })).toMatchObject({ status: 'draft', number: 'INV-0001' });
    const waiting = startReturn(invoice(), { pushed: true });
    expect(waiting).toMatchObject({ status: 'voiding', returning: true });
    expect(startReturn(waiting, { pushed: true })).toBe(waiting);
    expect(confirmReturn(waiting)).toMatchObject({ status: 'draft', number: 'INV-0001', returning: undefined });
    expect(refuseReturn(waiting)).toMatchObject({ status: 'issued', returning: undefined });
    expect(confirmReturn({ ...waiting, paid: gbp(12_000) })).toMatchObject({ status: 'paid' });
  });

  test.each([
    [{ paid: gbp(1), status: 'partially-paid' }, 'invoice-has-payments'],
    [{ credited: gbp(1) }, 'invoice-has-payments'],
    [{ status: 'void' }, 'invoice-void'],
    [{ status: 'voiding' }, 'invoice-void'],
    [{ status: 'collecting', number: null }, 'invoice-not-issued'],
    [{ status: 'draft', number: null }, 'invoice-not-issued'],
  ] as [Partial<Returning>, string][])('is closed to %j', (changes, code) => {
    expect(refusalOf(() => startReturn(invoice(changes), { pushed: true })).code).toBe(code);
  });
});
