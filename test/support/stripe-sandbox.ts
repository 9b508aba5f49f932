import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { createClock, type SandboxClock } from '../../infra/local/clock.ts';
import { startStripeSandbox, type StripeSandboxOptions } from '../../infra/local/stripe/server.ts';

export const secretKey = 'sk_test_ofTheTests';
export const connectSecret = 'whsec_ofConnectedAccounts';
export const platformSecret = 'whsec_ofThePlatform';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The event inside; not verified. */
  event: { id: string; type: string; account?: string; data: { object: Record<string, unknown> } };
}

/** An endpoint for webhooks that keeps what it gets and answers with the given statuses, one after the other, then 200. */
export interface Receiver {
  url: string;
  received: ReceivedWebhook[];
  answers: number[];
  server: Server;
}

export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedWebhook[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({
        path: request.url ?? '',
        headers: request.headers,
        body,
        event: JSON.parse(body) as ReceivedWebhook['event'],
      });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received, answers, server };
}

export interface StripeStage {
  url: string;
  clock: SandboxClock;
  stripe: Stripe;
  receiver: Receiver;
  /** POST (or another method) to a control call; the parsed answer. */
  control: (path: string, body?: object, method?: string) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}

/** A sandbox, a webhook endpoint for connected accounts and one for the platform, and the real SDK. */
export async function startStage(options: Partial<StripeSandboxOptions> = {}): Promise<StripeStage> {
  const clock = options.clock ?? createClock();
  const receiver = await startReceiver();
  const sandbox = await startStripeSandbox({
    clock,
    secretKey,
    webhooks: [
      { url: `${receiver.url}/connect`, secret: connectSecret, connect: true },
      { url: `${receiver.url}/platform`, secret: platformSecret, connect: false },
    ],
    ...options,
  });
  const { port } = new URL(sandbox.url);
  const stripe = new Stripe(options.secretKey ?? secretKey, {
    host: '127.0.0.1',
    port: Number(port),
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  });
  return {
    url: sandbox.url,
    clock,
    stripe,
    receiver,
    control: async (path, body, method = body === undefined ? 'GET' : 'POST') => {
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as Record<string, unknown>;
    },
    close: async () => {
      await sandbox.close();
      receiver.server.closeAllConnections();
      await new Promise((resolve) => receiver.server.close(resolve));
    },
  };
}

/** A connected account that has onboarded and can be paid. */
export async function onboardedAccount({ stripe, url }: StripeStage, country = 'GB'): Promise<string> {
  const account = await stripe.accounts.create({ country, email: 'owner@example.com', business_profile: { name: 'Ada & Co' } });
  const link = await stripe.accountLinks.create({
    account: account.id,
    type: 'account_onboarding',
    refresh_url: `${url}/again`,
    return_url: `${url}/back`,
  });
  await postForm(link.url, { outcome: 'complete' });
  return account.id;
}

export async function postForm(
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; location: string | null; text: string }> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
}

/** An open session over an amount in minor units. */
export async function openSession(
  { stripe, url }: StripeStage,
  account: string,
  amount = 12_050,
  currency = 'gbp',
): Promise<Stripe.Response<Stripe.Checkout.Session>> {
  return stripe.checkout.sessions.create(
    {
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Invoice INV-0001' } } }],
      success_url: `${url}/thanks?session={CHECKOUT_SESSION_ID}`,
      metadata: { invoiceId: 'inv_1' },
      payment_intent_data: { metadata: { invoiceId: 'inv_1' } },
    },
    { stripeAccount: account },
  );
}

/** A session that somebody has paid (or tried to); the id of its payment intent. */
export async function paidIntent(stage: StripeStage, account: string, outcome = 'paid', amount = 12_050): Promise<string> {
  const session = await openSession(stage, account, amount);
  await postForm(String(session.url), { outcome });
  const after = await stage.stripe.checkout.sessions.retrieve(session.id, {}, { stripeAccount: account });
  return String(after.payment_intent);
}

/** Types of the events that reached an endpoint, in order of arrival. */
export const typesAt = ({ receiver }: StripeStage, path = 'connect'): string[] =>
  receiver.received.filter((hook) => hook.path.endsWith(path)).map((hook) => hook.event.type);
