import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { paymentWrites } from '../../../functions/payments/apply-payment.ts';
import { creditInvoice } from '../../../shared/domain/credit-note.ts';
import { balanceOf } from '../../../shared/domain/invoice.ts';
import { allocatedOf, bookedAmount } from '../../../shared/domain/open-credit.ts';
import { Refusal } from '../../../shared/domain/refusal.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import type { Payment } from '../../../shared/store/payments.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const total = 12_000;

const issued: InvoiceHead = {
  ...{ id: 'inv_1', version: 1, status: 'issued', epoch: 1, linesEpoch: 1, lineCount: 1, clientId: 'cli_1', jobId: null },
  ...{ currency: 'GBP', source: 'lines', number: 'INV-0001', issueDate: '2026-11-20', dueDate: '2026-12-04', notes: '' },
  ...{ subtotal: gbp(10_000), tax: gbp(2_000), total: gbp(total), paid: gbp(0), sentAt: null, toXero: true, freeing: false },
  createdAt: '2026-11-20T09:00:00.000Z',
};

type Command =
  | { do: 'pay'; amount: number }
  | { do: 'refund'; of: number; amount: number }
  | { do: 'refund-fails'; of: number; amount: number }
  /** Recorded in Xero, and taken back there: all of it, or but for `amount`. */
  | { do: 'pay-in-xero'; amount: number }
  | { do: 'take-back'; of: number; amount: number; all: boolean }
  | { do: 'credit'; amount: number };

/** An invoice with its payments, moved on by what people and Stripe do. */
class Ledger {
  head = issued;
  payments: Payment[] = [];
  notes = 0;
  made = 0;
  /** What the credit notes themselves say that was set against the invoice. */
  allocated = 0;

  run(command: Command): void {
    if (command.do === 'credit') return this.credit(command.amount);
    if (command.do === 'pay') return this.change(undefined, this.payment(command.amount));
    if (command.do === 'pay-in-xero')
      return this.change(undefined, { ...this.payment(command.amount), method: 'xero', origin: 'xero' });
    const before = this.payments[command.of];
    if (!before) return;
    if (command.do === 'take-back') return this.takeBack(before, command.all ? 0 : command.amount);
    if (before.origin === 'xero') return;
    const most = command.do === 'refund' ? before.counts.amount : before.refunded.amount;
    const by = Math.min(command.amount, most) * (command.do === 'refund' ? 1 : -1);
    if (by === 0) return;
    const refunded = before.refunded.amount + by;
    const status = refunded === before.amount.amount ? 'refunded' : 'succeeded';
    this.change(before, { ...before, refunded: gbp(refunded), counts: gbp(before.counts.amount - by), status });
  }

  private payment(amount: number): Payment {
    this.made += 1;
    return payment(`pay_${this.made}`, amount);
  }

  private takeBack(before: Payment, left: number): void {
    if (before.origin !== 'xero' || left >= before.counts.amount) return;
    this.change(before, { ...before, amount: gbp(left || before.amount.amount), counts: gbp(left) }, left === 0);
  }

  private change(before: Payment | undefined, after: Payment, isGone = false): void {
    const by = { ws: 'ws_1', who: null, now: '2026-11-21T09:00:00.000Z', newId: (prefix: string) => `${prefix}_1` };
    const applied = paymentWrites({ before, after, head: this.head, isGone }, by);
    this.head = applied.head as InvoiceHead;
    const others = this.payments.filter(({ id }) => id !== before?.id);
    this.payments = isGone ? others : [...others, applied.payment];
    for (const write of applied.writes)
      if (write.kind === 'update' && write.what === 'credit note') this.allocated += Number(write.values?.[':by']);
  }

  private credit(amount: number): void {
    const { invoice, open, allocated } = creditInvoice(this.head, gbp(amount));
    this.notes += 1;
    this.allocated += allocated.amount;
    const opened = open.amount > 0 ? [{ creditNoteId: `cn_${this.notes}`, amount: open }] : [];
    this.head = { ...invoice, openCredits: [...(this.head.openCredits ?? []), ...opened] };
  }
}

const payment = (id: string, amount: number): Payment => ({
  ...{ id, version: 1, invoiceId: 'inv_1', amount: gbp(amount), counts: gbp(amount), refunded: gbp(0), overpaid: gbp(0) },
  ...{ method: 'card', origin: 'stripe', receivedOn: '2026-11-21', reference: 'pi_1', status: 'succeeded', faults: [] },
  ...{ paymentIntentId: 'pi_1', createdAt: '2026-11-21T09:00:00.000Z' },
});

const amount = fc.integer({ min: 1, max: 8_000 });
const of = fc.integer({ min: 0, max: 3 });
const commands = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('pay' as const), amount }),
    fc.record({ do: fc.constant('refund' as const), of, amount }),
    fc.record({ do: fc.constant('refund-fails' as const), of, amount }),
    fc.record({ do: fc.constant('pay-in-xero' as const), amount }),
    fc.record({ do: fc.constant('take-back' as const), of, amount, all: fc.boolean() }),
    fc.record({ do: fc.constant('credit' as const), amount }),
  ),
  { maxLength: 18 },
);

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + one, 0);

describe('F55: whatever is paid, given back and credited, in any order', () => {
  test('due, credits and what stands in Xero say the same', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const ledger = new Ledger();
        for (const command of list) {
          try {
            ledger.run(command);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          const { head, payments } = ledger;
          const credited = head.credited?.amount ?? 0;
          const open = sum((head.openCredits ?? []).map((one) => one.amount.amount));
          const givenBack = head.creditRefunded?.amount ?? 0;
          const allocated = allocatedOf(head, 'GBP').amount;
          const { due, overpaid } = balanceOf(head);

          // Credit notes never exceed the invoice, and every penny of them is somewhere.
          expect(credited).toBeLessThanOrEqual(total);
          expect([open >= 0, givenBack >= 0, allocated >= 0]).toEqual([true, true, true]);
          expect(sum(payments.flatMap(({ covers = [] }) => covers.map((one) => one.amount.amount)))).toBe(givenBack);
          // Due = total − payments − credits, and what is too much is overpaid.
          const rest = total - sum(payments.map(({ counts }) => counts.amount)) - credited;
          expect([due.amount, overpaid.amount]).toEqual([Math.max(0, rest), Math.max(0, -rest)]);
          expect(open).toBeLessThanOrEqual(overpaid.amount);
          expect(ledger.allocated).toBe(allocated);
          // There the invoice never takes more than it can; where nothing was ever too much it is due there as it is here.
          const booked = sum(payments.map((one) => bookedAmount(one).amount));
          const dueThere = total - allocated - booked;
          expect(dueThere).toBeGreaterThanOrEqual(0);
          const tooMuch = sum(payments.map((one) => one.overpaid.amount));
          if (overpaid.amount === 0 && tooMuch === 0) expect(dueThere).toBe(due.amount);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
