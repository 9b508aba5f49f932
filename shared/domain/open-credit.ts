import { add, moneyOf, subtract, sumMoney, unitsOf, zero, type Money } from './money.ts';

/** What of a credit note came when its invoice was paid already, and has not been given back yet. */
export type OpenCredit = { creditNoteId: string; amount: Money };

/** The credit notes of an invoice, as its head keeps them; all absent while there is none. */
export type CreditsOf = {
  credited?: Money | undefined;
  openCredits?: readonly OpenCredit[] | undefined;
  creditRefunded?: Money | undefined;
};

/** The part of a payment that was given back for credit notes. */
export type Covers = readonly OpenCredit[];

type Moved = { credits: { openCredits: readonly OpenCredit[]; creditRefunded: Money }; covers: Covers };

/**
 * Money went back to the payer (`change` below nothing), or a refund failed and it came back here (above nothing). What stood open
 * on credit notes is given back first, the oldest first; what comes back stands open again. The rest is due on the invoice.
 */
export function moveCovers(credits: CreditsOf, covers: Covers, change: Money): Moved {
  const { currency } = change;
  const open = credits.openCredits ?? [];
  const moved =
    unitsOf(change) < 0n ? take(open, -unitsOf(change), currency) : take([...covers].reverse(), unitsOf(change), currency);
  const by = sumMoney(
    currency,
    moved.map(({ amount }) => amount),
  );
  const refunded = credits.creditRefunded ?? zero(currency);
  return unitsOf(change) < 0n
    ? {
        credits: { openCredits: less(open, moved), creditRefunded: add(refunded, by) },
        covers: more(covers, moved),
      }
    : {
        credits: { openCredits: more(open, moved), creditRefunded: subtract(refunded, by) },
        covers: less(covers, moved),
      };
}

/** What of the credit notes was set against what was due: neither open nor given back. */
export function allocatedOf(credits: CreditsOf, currency: string): Money {
  const { credited = zero(currency), openCredits = [], creditRefunded = zero(currency) } = credits;
  return subtract(subtract(credited, sumOf(openCredits, currency)), creditRefunded);
}

/** All that stands open, or that covers. */
export function sumOf(parts: readonly OpenCredit[], currency: string): Money {
  return sumMoney(
    currency,
    parts.map(({ amount }) => amount),
  );
}

/**
 * What of a payment belongs on its invoice in Xero: what counts, without what came in beyond the invoice, and with what went back
 * for credit notes: that is given back there by a payment of the credit note, and the payment itself stays untouched.
 */
export function bookedAmount({
  counts,
  overpaid,
  covers = [],
}: {
  counts: Money;
  overpaid: Money;
  covers?: Covers | undefined;
}): Money {
  const booked = subtract(add(counts, sumOf(covers, counts.currency)), overpaid);
  return unitsOf(booked) < 0n ? zero(counts.currency) : booked;
}

function take(from: readonly OpenCredit[], most: bigint, currency: string): OpenCredit[] {
  let left = most;
  return from.flatMap(({ creditNoteId, amount }) => {
    const part = unitsOf(amount) < left ? unitsOf(amount) : left;
    left -= part;
    return part === 0n ? [] : [{ creditNoteId, amount: moneyOf(part, currency) }];
  });
}

function more(parts: readonly OpenCredit[], by: readonly OpenCredit[]): OpenCredit[] {
  const sums = new Map(parts.map(({ creditNoteId, amount }) => [creditNoteId, amount]));
  for (const { creditNoteId, amount } of by) {
    const before = sums.get(creditNoteId);
    sums.set(creditNoteId, before ? add(before, amount) : amount);
  }
  return [...sums].map(([creditNoteId, amount]) => ({ creditNoteId, amount }));
}

function less(parts: readonly OpenCredit[], by: readonly OpenCredit[]): OpenCredit[] {
  return parts.flatMap(({ creditNoteId, amount }) => {
    const off = by.find((one) => one.creditNoteId === creditNoteId);
    const left = off ? subtract(amount, off.amount) : amount;
    return unitsOf(left) > 0n ? [{ creditNoteId, amount: left }] : [];
  });
}
