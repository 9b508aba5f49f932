import * as z from 'zod';
import { keys } from './keys.ts';
import { maybe, money, version } from './shapes.ts';
import { unchangedSince } from './versioned.ts';
import { put, putNew, type Item, type Write } from './write.ts';

const record = z.object({
  id: z.string(),
  version,
  invoiceId: z.string(),
  amount: money,
  accountId: z.string(),
  livemode: z.boolean(),
  /** `making`: Stripe was asked, or is about to be; its answer isn't known. `closed`: nobody can pay by it any more. */
  state: z.enum(['making', 'open', 'closed']),
  /** What the payer reads. */
  title: z.string(),
  returnUrl: z.string(),
  /** When the page ends by itself. Not named `expiresAt`: the table would drop the item then. */
  endsAt: z.string(),
  sessionId: maybe(z.string()),
  url: maybe(z.string()),
});

/**
 * A Checkout page of an invoice: written before Stripe is asked for it, with all that the call says, so that whoever comes after a
 * lost answer repeats the very same call.
 */
export type Checkout = z.infer<typeof record>;

/** The latest page of an invoice. */
export const checkoutKey = keys.checkout;
/** What one page asked for. */
export const checkoutAskedKey = keys.checkoutAsked;
export const parseCheckout = (item: Item): Checkout => record.parse(item);

const asLatest = (ws: string, checkout: Checkout): Item => ({ ...keys.checkout(ws, checkout.invoiceId), v: 1, ...checkout });

/** A new page, in place of the latest one as it was read, if there was one. */
export const startCheckout = (ws: string, checkout: Omit<Checkout, 'version'>, replaced: Checkout | undefined): Write[] => {
  const started = { ...checkout, version: (replaced?.version ?? 0) + 1 };
  return [
    replaced
      ? put('checkout', asLatest(ws, started), unchangedSince('checkout', replaced.version))
      : putNew('checkout', asLatest(ws, started)),
    putNew('checkout', { ...keys.checkoutAsked(ws, checkout.invoiceId, checkout.id), v: 1, ...started }),
  ];
};

/** Replaces the latest page as it was read; its version grows by one. */
export const replaceCheckout = (ws: string, checkout: Checkout): Write =>
  put('checkout', asLatest(ws, { ...checkout, version: checkout.version + 1 }), unchangedSince('checkout', checkout.version));
