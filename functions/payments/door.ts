import { creditNoteRoutes } from '../../shared/api/credit-notes.ts';
import { paymentRoutes } from '../../shared/api/payments.ts';
import { payoutRoutes } from '../../shared/api/payouts.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { Queue, RingDoorbell } from '../../shared/runtime/queue.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { connectStripe } from './connect-stripe.ts';
import { createCheckout } from './create-checkout.ts';
import { createCreditNote } from './create-credit-note.ts';
import { getCreditNote } from './get-credit-note.ts';
import { getPayment } from './get-payment.ts';
import { getPayout } from './get-payout.ts';
import { getStripeConnection } from './get-stripe-connection.ts';
import { listCreditNotes } from './list-credit-notes.ts';
import { listPayments } from './list-payments.ts';
import { listPayouts } from './list-payouts.ts';
import { payOnPage } from './pay-on-page.ts';
import { receiveStripeEvent } from './receive-stripe-event.ts';
import { recordPayment } from './record-payment.ts';
import { refundPayment } from './refund-payment.ts';
import type { OpenStripe } from './stripe-app.ts';

/** The world that the room of payments works in. */
export interface PaymentWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
  readonly ring: RingDoorbell;
  readonly stripe: OpenStripe;
  /** The queue of Stripe's events. */
  readonly events: Queue;
  /** The addresses that a browser may be sent back to; the first is where it goes if nobody says. */
  readonly appUrls: readonly string[];
  /** The API's address, without a slash at its end. */
  readonly publicUrl: string;
}

/** Answers the routes of payments, and takes Stripe's webhooks. */
export const paymentsDoor = ({ clock, random, sleep, ...world }: PaymentWorld) => {
  const needs = { ...world, now: () => instantOf(clock()) };
  return apiDoor({
    routes: [...paymentRoutes, ...creditNoteRoutes, ...payoutRoutes],
    useCases: {
      connectStripe: connectStripe(needs),
      getStripeConnection: getStripeConnection(needs),
      createCheckout: createCheckout(needs),
      recordPayment: recordPayment(needs),
      listPayments: listPayments(needs),
      getPayment: getPayment(needs),
      refundPayment: refundPayment(needs),
      createCreditNote: createCreditNote(needs),
      listCreditNotes: listCreditNotes(needs),
      getCreditNote: getCreditNote(needs),
      listPayouts: listPayouts(needs),
      getPayout: getPayout(needs),
      payOnPage: payOnPage(needs),
      receiveStripeEvent: receiveStripeEvent(needs),
    },
    readEarlier: readEarlier(world.table),
    release: release(world.table),
    stillMember: stillMember(world.table),
    tools: { clock, random, sleep },
  });
};
