import type { StripeEvent } from './event.ts';

/** Events after which a payout may stand otherwise than before. */
export const payoutEventTypes: readonly string[] = [
  'payout.created',
  'payout.updated',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
  'payout.reconciliation_completed',
];

/** The id of the payout that an event is about; undefined when it is about none. */
export function eventPayout({ type, snapshot }: StripeEvent): string | undefined {
  return payoutEventTypes.includes(type) && snapshot.object === 'payout' ? snapshot.id : undefined;
}
