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
 * on credit notes is given back first: on those that it was said to be for, then on the oldest. What comes back stands open again.
 * The rest is due on the invoice. `said` is all that is known to have gone back of the payment for credit notes.
 */
export function moveCovers(credits: CreditsOf, covers: Covers, change: Money, said: Covers = []): Moved {
  const { currency } = change;
  const open = credits.openCredits ?? [];
  const named = more([], said);
  const goesBack = unitsOf(change) < 0n;
  // Going back, what was said and isn't covered yet comes first; coming back, what is covered and isn't said any more.
  const from = goesBack ? inOrder(open, less(named, covers)) : inOrder([...covers].reverse(), less(covers, named));
  const moved = take(from, goesBack ? -unitsOf(change) : unitsOf(change), currency);
  const by = sumOf(moved, currency);
  const refunded = credits.creditRefunded ?? zero(currency);
  return goesBack
    ? {
        credits: { openCredits: less(open, moved), creditRefunded: add(refunded, by) },
        covers: more(covers, moved),
      }
    : {
        credits: { openCredits: more(open, moved), creditRefunded: subtract(refunded, by) },
        covers: less(covers, moved),
      };
}

/**
 * Money was taken back so that less is overpaid: what stands open on credit notes beyond `overpaid` is set against what is due again,
 * from the oldest on.
 */
export function setAgainstDue(credits: CreditsOf, overpaid: Money): { openCredits: OpenCredit[]; set: OpenCredit[] } {
  const open = credits.openCredits ?? [];
  const beyond = unitsOf(subtract(sumOf(open, overpaid.currency), overpaid));
  const set = beyond > 0n ? take(open, beyond, overpaid.currency) : [];
  return { openCredits: less(open, set), set };
}

/** Our id of what goes back of a payment for a credit note. */
export const givingBackId = (creditNoteId: string, paymentId: string): string => `${creditNoteId}-${paymentId}`;

/** The credit note for which money went back under such an id; undefined for every other refund. */
export const creditNoteOf = (refundId: string): string | undefined => /^(cn_\w+)-pay_\w+$/.exec(refundId)?.[1];

/** What of the credit notes was set against what was due: neither open nor given back. */
export function allocatedOf(credits: CreditsOf, currency: string): Money {
  const { credited = zero(currency), openCredits = [], creditRefunded = zero(currency) } = credits;
  return subtract(subtract(credited, sumOf(openCredits, currency)), creditRefunded);
}

/** What of one credit note went back to the payer: neither set against what was due nor open. */
export function givenBackOf(
  { id, total, allocated }: { id: string; total: Money; allocated: Money },
  { openCredits = [] }: CreditsOf = {},
): Money {
  const open = openCredits.filter(({ creditNoteId }) => creditNoteId === id);
  return subtract(subtract(total, allocated), sumOf(open, total.currency));
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

/** All of `parts`, those first that are `wanted`, as far as they are. */
function inOrder(parts: readonly OpenCredit[], wanted: readonly OpenCredit[]): OpenCredit[] {
  const first = parts.flatMap(({ creditNoteId, amount }) => {
    const most = wanted.find((one) => one.creditNoteId === creditNoteId)?.amount;
    return most === undefined ? [] : [{ creditNoteId, amount: unitsOf(most) < unitsOf(amount) ? most : amount }];
  });
  return [...first, ...less(parts, first)];
}

/** The first parts, up to `most` in all; one part for each credit note. */
function take(from: readonly OpenCredit[], most: bigint, currency: string): OpenCredit[] {
  let left = most;
  const parts = from.flatMap(({ creditNoteId, amount }) => {
    const part = unitsOf(amount) < left ? unitsOf(amount) : left;
    left -= part;
    return part === 0n ? [] : [{ creditNoteId, amount: moneyOf(part, currency) }];
  });
  return more([], parts);
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
