import { balanceOf, owedOf, type InvoiceState } from './invoice.ts';
import { isSame, type Money } from './money.ts';
import { moneyText } from './money-text.ts';

/** A way to put an issued invoice right, with the most that it may be about where it has an amount. */
export type Correction = {
  path: 'return-to-draft' | 'void' | 'credit-note' | 'refund';
  atMost?: Money;
  writes: Planned[];
  about: string;
};

/** One thing that a way will do, told before it is done. */
export type Planned = { where: 'here' | 'xero' | 'stripe'; what: string };

/** A payment of the invoice, as far as it can be given back from here. */
export type GivenPayment = { id: string; origin: 'platform' | 'stripe' | 'xero'; left: Money; inXero: boolean };

/** How the invoice stands in Xero; null when it never got there, `on-its-way` when nobody can tell whether it has. */
export type StatusThere = string | null;

const unapproved = ['DRAFT', 'SUBMITTED'];

/**
 * The allowed ways, by the true state here and there: what nobody has approved goes back to a draft; what is approved and unpaid is
 * void; on what was paid or credited only a credit note, and payments can go back.
 */
export function correctionsOf(
  invoice: InvoiceState & { id: string },
  there: StatusThere,
  { toXero, payments, hasTime }: { toXero: boolean; payments: readonly GivenPayment[]; hasTime: boolean },
): Correction[] {
  const { status, number, id } = invoice;
  if (status !== 'issued' && status !== 'partially-paid' && status !== 'paid') return refunds(invoice, there, payments);
  const left = owedOf(invoice);
  const isUntouched = invoice.paid.amount === 0 && (invoice.credited?.amount ?? 0) === 0;
  const isUnapproved = there === null || unapproved.includes(there);
  const isGone = there === 'VOIDED' || there === 'DELETED';
  const named = `invoice ${number ?? ''}`;
  const ways: Correction[] = [];
  if (isUntouched && isUnapproved) ways.push({ path: 'return-to-draft', writes: returning(named, there), about: id });
  if (isUntouched && there !== 'PAID') ways.push({ path: 'void', writes: voiding(named, there, hasTime), about: id });
  if (left.amount > 0 && !isGone) {
    const writes = crediting(invoice, { named, inXero: toXero, hasTime });
    ways.push({ path: 'credit-note', atMost: left, writes, about: id });
  }
  return [...ways, ...refunds(invoice, there, payments)];
}

function returning(named: string, there: StatusThere): Planned[] {
  const here: Planned[] = [
    { where: 'here', what: `Turn ${named} back into a draft, with its number; its time stays held` },
    { where: 'here', what: 'Take it off what is due and off the revenue of its day' },
  ];
  if (there === null) return [...here, { where: 'here', what: 'Take back what waits to be sent to Xero' }];
  return [
    { where: 'xero', what: `Give the document of ${named} another number, so that its own is free` },
    { where: 'xero', what: 'Delete that document' },
    ...here,
  ];
}

function voiding(named: string, there: StatusThere, hasTime: boolean): Planned[] {
  const inXero = there !== null && there !== 'VOIDED' && there !== 'DELETED';
  const verb = there !== null && unapproved.includes(there) ? 'Delete' : 'Void';
  return [
    ...(inXero ? [{ where: 'xero' as const, what: `${verb} ${named}` }] : []),
    { where: 'here', what: `Void ${named}; its number stays used` },
    { where: 'here', what: 'Take it off what is due, and off the revenue of today' },
    ...(hasTime ? [{ where: 'here' as const, what: 'Free its time, with the rates that it has' }] : []),
  ];
}

function crediting(
  invoice: InvoiceState,
  { named, inXero, hasTime }: { named: string; inXero: boolean; hasTime: boolean },
): Planned[] {
  const { due } = balanceOf(invoice);
  const isOpen = !isSame(due, { ...due, amount: 0 });
  return [
    { where: 'here', what: `Issue a credit note for ${named} with the next number of its series` },
    ...(isOpen ? [{ where: 'here' as const, what: `Set it against what is due, at most ${words(due)}` }] : []),
    { where: 'here', what: 'What was paid beyond that stands open, or goes back with settle=refund' },
    { where: 'here', what: 'Take it off the revenue of today' },
    ...(hasTime ? [{ where: 'here' as const, what: 'Credited in full, free its time with the rates that it has' }] : []),
    ...(inXero ? [{ where: 'xero' as const, what: 'Make the credit note' }] : []),
    ...(inXero && isOpen ? [{ where: 'xero' as const, what: 'Allocate it to the invoice' }] : []),
  ];
}

function refunds(invoice: InvoiceState, there: StatusThere, payments: readonly GivenPayment[]): Correction[] {
  const { overpaid } = balanceOf(invoice);
  return payments.flatMap(({ id, origin, left, inXero }): Correction[] => {
    if (origin === 'xero' || left.amount === 0) return [];
    const means: Planned =
      origin === 'stripe'
        ? { where: 'stripe', what: `Give back up to ${words(left)} of the payment` }
        : { where: 'here', what: `Record that up to ${words(left)} of the payment were given back by hand` };
    const after: Planned =
      overpaid.amount > 0
        ? { where: 'here', what: `Up to ${words(overpaid)} settle what is overpaid; what goes beyond that is due again` }
        : { where: 'here', what: 'What goes back is due again on the invoice' };
    const booked: Planned[] =
      there !== null && inXero
        ? [
            { where: 'xero', what: 'What a credit note stands open for is booked as its refund; the payment stays' },
            { where: 'xero', what: 'Anything else is taken off the payment, unless it is matched with the bank' },
          ]
        : [];
    return [{ path: 'refund', atMost: left, writes: [means, after, ...booked], about: id }];
  });
}

function words(money: Money): string {
  return moneyText(money);
}
