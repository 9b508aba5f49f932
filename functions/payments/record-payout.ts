import type { Instant } from '../../shared/domain/days.ts';
import { moneyOf } from '../../shared/domain/money.ts';
import { moneyText } from '../../shared/domain/money-text.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { derivedId } from '../../shared/domain/payment-id.ts';
import { netOfParts, partsOfPayout } from '../../shared/domain/payout.ts';
import { log } from '../../shared/runtime/log.ts';
import { count } from '../../shared/runtime/metrics.ts';
import type { RingDoorbell } from '../../shared/runtime/queue.ts';
import { audited } from '../../shared/store/audit.ts';
import { foundAt } from '../../shared/store/found.ts';
import { keepPayout, parsePayout, payoutKey, type Payout } from '../../shared/store/payouts.ts';
import { workspaceOfAccount } from '../../shared/store/stripe-connections.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { fromStripeAmount } from '../../shared/stripe/minor-units.ts';
import { listPayoutMoves, readPayout, type StripePayout } from '../../shared/stripe/read-payout.ts';
import { dropUnknown } from './note-payment.ts';
import type { OpenStripe, StripeApp } from './stripe-app.ts';

interface Needs {
  readonly table: Table;
  readonly stripe: OpenStripe;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
}

/** Which payout to look at, and in which mode the event was that rang for it. */
export interface PayoutRing {
  readonly accountId: string;
  readonly stripeId: string;
  readonly livemode: boolean;
}

/** The id of the payout that Stripe's payout is: always the same, so that however often it is told, there is one. */
export const payoutIdOf = ({ stripeId, created }: Pick<StripePayout, 'stripeId' | 'created'>): string =>
  derivedId('pot', stripeId, created);

/**
 * Records what Stripe has to say of one payout, for the workspace that its account is bound to: what went to the bank, and what it
 * is made of once Stripe knows. Events only ring. A ring that brings nothing new writes nothing, and is answered with false.
 */
export const recordPayout =
  (needs: Needs) =>
  async (ring: PayoutRing): Promise<boolean> => {
    const { table } = needs;
    const ws = await workspaceOfAccount(table)(ring.accountId);
    if (ws === undefined) {
      dropUnknown(ring.accountId);
      return false;
    }
    const app = await needs.stripe();
    const first = await look(app, ring);
    if (!first) return false;
    const key = payoutKey(ws, payoutIdOf(first.there));
    const found = await table.batchGet([key, xeroConnectionKey(ws)]);
    const before = foundAt(found, key, parsePayout);
    const connects = connectionFrom(found.get(keyText(xeroConnectionKey(ws)))).state !== 'disconnected';
    const seen = asPayout(first, ring, { before, connects });
    if (before && isKnown(before, seen)) return false;
    // What replaces a stored payout must be younger than what was read of it.
    const second = before ? await look(app, ring) : first;
    const payout = second && asPayout(second, ring, { before, connects });
    if (!payout || (before && isKnown(before, payout))) return false;
    await table.commit([keepPayout(ws, payout, before), ...writesFor(needs, ws, payout)]);
    if (payout.toXero) await needs.ring([ws]).catch(() => undefined);
    return true;
  };

interface Seen {
  readonly there: StripePayout;
  readonly fees: Payout['fees'];
  readonly parts: Payout['parts'];
}

/** The payout as Stripe has it. Undefined for one of the other mode, which our key can't see. */
const look = async ({ client, live }: StripeApp, { accountId, stripeId, livemode }: PayoutRing): Promise<Seen | undefined> => {
  try {
    const there = await readPayout(client, { accountId, stripeId });
    return { there, ...(await madeOf({ client }, accountId, there)) };
  } catch (error) {
    if (livemode === live || !(error instanceof OutsideError) || error.status !== 404) throw error;
    count('StripeModeMismatch');
    return undefined;
  }
};

/** Before Stripe has settled what belongs to a payout its list would be short; of payouts made by hand it has none. */
const madeOf = async (
  { client }: Pick<StripeApp, 'client'>,
  accountId: string,
  there: StripePayout,
): Promise<Pick<Seen, 'fees' | 'parts'>> => {
  const { stripeId, stripeCurrency: code, status, stripeAmount } = there;
  const isReturned = status === 'failed' || status === 'canceled';
  if (!there.automatic) return { fees: moneyOf(0n, there.amount.currency), parts: null };
  if (!there.isReconciled && !isReturned) return { fees: null, parts: null };
  const parts = partsOfPayout(stripeId, await listPayoutMoves(client, { accountId, stripeId, stripeCurrency: code }));
  // The movements of a payout that came back go out with another one.
  if (!isReturned && netOfParts(parts) !== stripeAmount) {
    count('PayoutUneven');
    log.error('a payout is not the sum of what Stripe says it is made of', { accountId, stripeId });
    return { fees: null, parts: null };
  }
  const money = (amount: number) => fromStripeAmount(amount, code);
  const { charges, refunds, disputes, other, fees } = parts;
  return {
    fees: money(fees),
    parts: { charges: money(charges), refunds: money(refunds), disputes: money(disputes), other: money(other) },
  };
};

const asPayout = (
  { there, fees, parts }: Seen,
  { accountId }: PayoutRing,
  { before, connects }: { before: Payout | undefined; connects: boolean },
): Payout => ({
  id: payoutIdOf(there),
  version: (before?.version ?? 0) + 1,
  accountId,
  stripeId: there.stripeId,
  amount: there.amount,
  arrivalDate: there.arrivalDate,
  status: there.status,
  automatic: there.automatic,
  fees,
  parts,
  toXero: before?.toXero ?? connects,
  createdAt: there.created,
});

const isKnown = ({ version: _before, ...before }: Payout, { version: _seen, ...seen }: Payout): boolean =>
  JSON.stringify(inOrder(before)) === JSON.stringify(inOrder(seen));

const inOrder = (payout: Omit<Payout, 'version'>): unknown => [
  payout.status,
  payout.amount.amount,
  payout.arrivalDate,
  payout.fees?.amount ?? null,
  payout.parts &&
    [payout.parts.charges, payout.parts.refunds, payout.parts.disputes, payout.parts.other].map((one) => one.amount),
];

const words: Readonly<Record<Payout['status'], string>> = {
  pending: 'is on its way to the bank',
  in_transit: 'is on its way to the bank',
  paid: 'was paid out to the bank',
  failed: 'could not be paid out and came back',
  canceled: 'was not paid out after all',
};

const writesFor = ({ now, newId }: Needs, ws: string, payout: Payout): Write[] => {
  const at = now();
  const { id, amount, status } = payout;
  const text = `${moneyText(amount)} from Stripe ${words[status]}`;
  const isMoved = status !== 'pending' && status !== 'in_transit';
  return [
    audited(ws, { id: newId('aud'), at, who: null, what: 'payout-recorded', about: id, text }),
    ...(payout.toXero && isMoved
      ? [waits(ws, { lane: 'payments', kind: 'payout', documentId: id, version: Date.parse(at), dueAt: at, since: at })]
      : []),
  ];
};
