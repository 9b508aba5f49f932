import Stripe from 'stripe';
import { receivedEvent, type StripeEvent } from './event.ts';

export type WebhookRequest = {
  /** The exact bytes that came; never a body that was parsed and written again. */
  rawBody: Uint8Array;
  /** The value of the Stripe-Signature header. */
  signature: string | undefined;
  /** Of every endpoint that sends here; old and new while one is being changed. */
  secrets: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
  toleranceSeconds?: number;
};

/** Why a request isn't a webhook of Stripe's. For logs and counters; the sender learns none of it. */
export type WebhookFault = 'malformed' | 'wrong-signature' | 'too-old' | 'from-the-future' | 'unreadable';

export type VerifiedWebhook = { verified: true; event: StripeEvent } | { verified: false; fault: WebhookFault };

/**
 * Whether Stripe sent this, within the tolerance (300 s) before or after `now`; only then the body is read. `unreadable` is
 * what Stripe did sign but isn't an event of the first API version.
 */
export function verifyWebhook(request: WebhookRequest): VerifiedWebhook {
  const { rawBody, signature = '', secrets, now, toleranceSeconds = 300 } = request;
  const body = exactText(rawBody);
  const timestamp = timestampOf(signature);
  if (body === undefined || timestamp === undefined) return { verified: false, fault: 'malformed' };
  const ageSeconds = Math.floor(now / 1_000) - timestamp;
  if (ageSeconds > toleranceSeconds) return { verified: false, fault: 'too-old' };
  // The SDK lets timestamps of the future pass, which would keep a captured request good for longer.
  if (ageSeconds < -toleranceSeconds) return { verified: false, fault: 'from-the-future' };
  const header = [`t=${timestamp}`, ...signaturesOf(signature)].join(',');
  for (const secret of secrets) {
    try {
      const sent: unknown = Stripe.webhooks.constructEvent(body, header, secret, toleranceSeconds, undefined, now);
      const event = receivedEvent.safeParse(sent);
      return event.success ? { verified: true, event: event.data } : { verified: false, fault: 'unreadable' };
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return { verified: false, fault: 'unreadable' };
    }
  }
  return { verified: false, fault: 'wrong-signature' };
}

/**
 * The body as text, if its bytes are exactly that text. The SDK's own decoding drops a byte order mark and replaces broken
 * sequences, so that different bytes would pass for the signed ones.
 */
function exactText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The signatures that have the form of one; there are several while a secret is being changed. */
const signaturesOf = (signature: string): string[] => signature.split(',').filter((item) => /^v1=[0-9a-f]{64}$/.test(item));

/** The signing time in seconds; undefined unless the header names exactly one, in plain digits. */
function timestampOf(signature: string): number | undefined {
  const times = signature.split(',').filter((item) => item.startsWith('t='));
  const match = /^t=(0|[1-9]\d{0,11})$/.exec(times[0] ?? '');
  return times.length === 1 && match !== null ? Number(match[1]) : undefined;
}
