import type { Instant } from '../../shared/domain/days.ts';
import { applyPayment, balanceOf, removePayment } from '../../shared/domain/invoice.ts';
import { add, moneyOf, negate, subtract, unitsOf, zero, type Money } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { allocatedOf, moveCovers, setAgainstDue, sumOf, type Covers, type OpenCredit } from '../../shared/domain/open-credit.ts';
import { belongsInXero, overpaidBy } from '../../shared/domain/payments.ts';
import { dueChanged } from '../../shared/store/aggregates.ts';
import { audited } from '../../shared/store/audit.ts';
import { moreAllocated } from '../../shared/store/credit-notes.ts';
import { escrowFollows } from '../../shared/store/escrow.ts';
import { replaceInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { notified, resolved } from '../../shared/store/notifications.ts';
import { addPayment, forgetPayment, replacePayment, type Payment } from '../../shared/store/payments.ts';
import { cancelled, waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';

/** A payment as it was and as it has to be, with the invoice as it was read. */
export interface PaymentChange {
  readonly before: Payment | undefined;
  readonly after: Payment;
  /** Undefined when the payment names an invoice that isn't there: nothing counts then. */
  readonly head: InvoiceHead | undefined;
  /** It is taken away as if it had never been; `after` counts nothing. */
  readonly isGone?: boolean;
  /** What of it went back for which credit note, as far as that was said; the rest goes to the oldest that stands open. */
  readonly backFor?: Covers;
  /** Xero has it no more: what went back is not what stands open on credit notes there. */
  readonly deletedThere?: boolean;
  /** It stands in Xero: what would be too much of it is, up to this amount, too much of another payment that is not there yet. */
  readonly yields?: Money;
}

interface By {
  readonly ws: string;
  /** The member who recorded it, null for Stripe. */
  readonly who: string | null;
  readonly now: Instant;
  readonly newId: (prefix: string) => string;
}

export interface Applied {
  readonly payment: Payment;
  /** The invoice as it is after the commit. */
  readonly head: InvoiceHead | undefined;
  readonly writes: readonly Write[];
  /** Whether Xero has to hear of it. */
  readonly rings: boolean;
}

/**
 * Counts a payment on its invoice: everything that one commit writes so that payment, invoice, sums, waiting work and audit trail
 * always say the same. What exceeds the total shows as overpaid, and somebody is told; what is due never falls below nothing.
 */
export const paymentWrites = (change: PaymentChange, by: By): Applied => {
  const { before, after, isGone = false } = change;
  const { ws, now } = by;
  const gained = moneyOf(unitsOf(after.counts) - (before ? unitsOf(before.counts) : 0n), after.counts.currency);
  const { head, covered, covers } = withCovers(change, gained);
  const { changed, set } = covered && gained.amount !== 0 ? countedOn(covered, gained) : { changed: undefined, set: [] };
  const kept = { ...after, covers: covers.length > 0 ? [...covers] : undefined };
  const own = overpaid(before, kept, covered);
  const payment = { ...kept, overpaid: change.yields ? subtract(own, change.yields) : own };
  const moved = changed !== undefined && payment.origin !== 'xero' && changed.toXero;
  const rings = changed !== undefined && belongsInXero(payment, changed) && gained.amount > 0;
  const rebooks = moved && before !== undefined && !change.deletedThere;
  return {
    payment: { ...payment, version: before ? before.version + 1 : payment.version },
    head: changed ? { ...changed, version: changed.version + 1 } : head,
    rings: rings || rebooks || (set.length > 0 && changed?.toXero === true),
    writes: [
      before ? (isGone ? forgetPayment(ws, before) : replacePayment(ws, payment)) : addPayment(ws, payment),
      ...(head && changed ? invoiceWrites(ws, head, changed) : []),
      ...(changed ? set.flatMap((part) => setWrites(ws, changed, part, by)) : []),
      ...xeroWrites(ws, payment, { rings, rebooks, gained, now }),
      audited(ws, { id: by.newId('aud'), at: now, who: by.who, about: payment.id, ...told(payment, gained, head) }),
      ...parkedNotice(ws, before, payment, head, by),
      ...(head && changed ? overpaidNotice(ws, head, changed, by) : []),
    ],
  };
};

/** What goes back to the payer is first of all what stands open on credit notes; what comes here again stands open again. */
const withCovers = ({ before, after, head, isGone, deletedThere, backFor }: PaymentChange, gained: Money) => {
  const covers = before?.covers ?? [];
  const isGivenBack = after.status === 'succeeded' || after.status === 'refunded' || after.status === 'disputed';
  // What came in through Xero and is less there was taken back, unless it was said for which credit note it went back.
  const isTakenBack = after.origin === 'xero' && backFor === undefined;
  const none = gained.amount < 0 && (!isGivenBack || isGone || deletedThere || isTakenBack);
  const { openCredits = [] } = head ?? {};
  if (!head || none || gained.amount === 0 || (openCredits.length === 0 && covers.length === 0))
    return { head, covered: head, covers };
  // What comes here again pays what is due first; only the rest was given back for credit notes.
  const beyond = Math.max(0, gained.amount - balanceOf(head).due.amount);
  const moved = moveCovers(head, covers, gained.amount > 0 ? { ...gained, amount: beyond } : gained, backFor);
  return { head, covered: { ...head, ...moved.credits, openCredits: [...moved.credits.openCredits] }, covers: moved.covers };
};

/** Once money is taken back, credit notes stand open only as far as the invoice is still overpaid. */
const countedOn = (head: InvoiceHead, gained: Money): { changed: InvoiceHead; set: readonly OpenCredit[] } => {
  const { invoice, balance } = gained.amount > 0 ? applyPayment(head, gained) : removePayment(head, negate(gained));
  const { openCredits, set } = setAgainstDue(invoice, balance.overpaid);
  return { changed: set.length > 0 ? { ...invoice, openCredits } : invoice, set };
};

/** What of it is beyond what its invoice can take, whatever of it went back for credit notes. */
const overpaid = (before: Payment | undefined, after: Payment, head: InvoiceHead | undefined): Money => {
  const { currency } = after.amount;
  const worth = add(after.counts, sumOf(after.covers ?? [], currency));
  if (!head || worth.amount === 0) return zero(currency);
  const covered = head.creditRefunded ?? zero(head.currency);
  const own = before ? add(before.counts, sumOf(after.covers ?? [], currency)) : zero(head.currency);
  const others = subtract(add(head.paid, covered), own);
  const takes = head.status === 'void' ? zero(head.currency) : subtract(head.total, allocatedOf(head, head.currency));
  return overpaidBy(takes, [others], worth);
};

const invoiceWrites = (ws: string, head: InvoiceHead, changed: InvoiceHead): Write[] => {
  const by = subtract(balanceOf(changed).due, balanceOf(head).due);
  return [
    replaceInvoice(ws, changed),
    ...escrowFollows(ws, head, changed),
    ...(head.dueDate !== null && by.amount !== 0 ? [dueChanged(ws, head.dueDate, by)] : []),
  ];
};

const setWrites = (
  ws: string,
  { number, toXero }: InvoiceHead,
  { creditNoteId, amount }: OpenCredit,
  { now, newId }: By,
): Write[] => {
  const text = `${moneyText(amount)} of the credit note were set against what is due again on invoice ${number}`;
  const work = { lane: 'payments', kind: 'credit-allocation', documentId: creditNoteId } as const;
  return [
    moreAllocated(ws, creditNoteId, amount),
    ...(toXero ? [waits(ws, { ...work, version: Date.parse(now), dueAt: now, since: now })] : []),
    audited(ws, { id: newId('aud'), at: now, who: null, what: 'credit-allocated', about: creditNoteId, text }),
  ];
};

/** New money has to get there; money that is all gone again before it got there has not. */
const xeroWrites = (
  ws: string,
  { id, counts, covers, origin }: Payment,
  { rings, rebooks, gained, now }: { rings: boolean; rebooks: boolean; gained: Money; now: Instant },
): Write[] => {
  const work = { lane: 'payments', kind: 'payment', documentId: id } as const;
  const when = { version: Date.parse(now), dueAt: now, since: now };
  const isNothing = counts.amount === 0 && (covers ?? []).length === 0;
  return [
    ...(rings ? [waits(ws, { ...work, ...when })] : []),
    ...(!rings && origin !== 'xero' && gained.amount < 0 && isNothing ? [cancelled(ws, work)] : []),
    // What stands there by now is looked at and put right.
    ...(rebooks ? [waits(ws, { ...work, kind: 'payment-change', ...when })] : []),
  ];
};

const ways: Partial<Record<Payment['method'], string>> = { manual: 'was recorded', xero: 'was recorded in Xero' };

const told = ({ status, amount, refunded, faults, method }: Payment, gained: Money, head: InvoiceHead | undefined) => {
  const invoice = head?.number ? `invoice ${head.number}` : 'an unknown invoice';
  const said = moneyText(amount);
  if (status === 'parked')
    return { what: 'payment-parked', text: `A payment of ${said} for ${invoice} was put aside: ${faults.join(', ')}` };
  if (gained.amount < 0) {
    const less = moneyText(negate(gained));
    const back = method === 'xero' && refunded.amount === 0 ? 'was taken back in Xero' : 'went back';
    return { what: 'payment-reduced', text: `${less} of a payment for ${invoice} ${back}` };
  }
  if (gained.amount > 0) {
    const more = moneyText(gained);
    return { what: 'payment-recorded', text: `${more} for ${invoice} ${ways[method] ?? 'arrived'}` };
  }
  const text = { processing: 'is on its way', failed: 'did not come about' }[status as string] ?? 'changed';
  return { what: `payment-${status}`, text: `A payment of ${said} for ${invoice} ${text}` };
};

const parkedNotice = (
  ws: string,
  before: Payment | undefined,
  { id, status, amount, faults }: Payment,
  head: InvoiceHead | undefined,
  { now, newId }: By,
): Write[] => {
  const cause = `payment-parked#${id}`;
  if (status !== 'parked') return before?.status === 'parked' ? [resolved(ws, cause, now)] : [];
  const about = head?.number ? `invoice ${head.number}` : 'an invoice that does not exist here';
  const text = `${moneyText(amount)} came in for ${about} and were not counted; wrong: ${faults.join(', ')}`;
  const mend = 'Look at the payment in Stripe and refund it there, or record it by hand where it belongs';
  return [notified(ws, { id: newId('ntf'), cause, text, mend, about: id, at: now })];
};

const overpaidNotice = (ws: string, head: InvoiceHead, changed: InvoiceHead, { now, newId }: By): Write[] => {
  const cause = `invoice-overpaid#${head.id}`;
  const was = balanceOf(head).overpaid;
  const is = balanceOf(changed).overpaid;
  if (is.amount === 0) return was.amount > 0 ? [resolved(ws, cause, now)] : [];
  const text = `Invoice ${head.number} is overpaid by ${moneyText(is)}`;
  const mend = 'Refund what is too much, or take it for another invoice';
  return is.amount === was.amount ? [] : [notified(ws, { id: newId('ntf'), cause, text, mend, about: head.id, at: now })];
};
