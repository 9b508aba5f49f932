import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import { paymentsDoor } from '../../functions/payments/door.ts';
import { stripeApp } from '../../functions/payments/stripe-app.ts';
import { accountsComparer, missedEventsFetcher, stripeEventWorker } from '../../functions/payments/worker.ts';
import type { Queue } from '../../shared/runtime/queue.ts';
import { addMember } from '../../shared/store/members.ts';
import { listNotices } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';
import { newId, storeSetting, type Setting } from './billing.ts';
import { startEngine, type Engine } from './engine.ts';
import { sendTo, type Answer, type Send } from './send.ts';
import {
  connectSecret,
  platformSecret,
  postForm,
  secretKey,
  startStage,
  type ReceivedWebhook,
  type StripeStage,
} from './stripe-sandbox.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20)));
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export type Body = any;

export const consoleUrl = 'https://app.example.com/console';

/** Invoices and payments behind their doors, the worker behind its queue, a Stripe sandbox and a table: all real, in one process. */
export interface Till {
  readonly engine: Engine;
  readonly stage: StripeStage;
  /** Requests with a fresh Idempotency-Key unless one is named. */
  readonly invoices: Send;
  readonly payments: Send;
  /** Messages that wait in the queue of Stripe's events. */
  readonly queue: object[];
  /** Workspaces whose doorbell rang. */
  readonly rung: string[];
  /** The door of payments and the worker as another Lambda would be, over another table, say. */
  readonly another: (changes?: Another) => { payments: Send; work: Work; fetchMissed: FetchMissed; compareAccounts: FetchMissed };
  /** Lets the worker take messages; how many of them failed. */
  readonly work: Work;
  /** Lets the schedule fetch what no webhook told. */
  readonly fetchMissed: FetchMissed;
  /** Lets the schedule compare what is here with what Stripe has. */
  readonly compareAccounts: FetchMissed;
  /** Brings everything that Stripe has sent since the last time to the door, in order, and lets the worker work. */
  readonly settle: () => Promise<number>;
  close: () => Promise<void>;
}

interface Another {
  readonly table?: Table;
  readonly events?: Queue;
  /** Whether the platform's key is one that moves real money. */
  readonly live?: boolean;
  /** The platform's key, where it isn't the right one. */
  readonly secretKey?: string;
}

/** `remainingMs` is asked for each time; without it there is time enough. */
type FetchMissed = (remainingMs?: () => number) => Promise<void>;
type Work = (messages: readonly unknown[], remainingMs?: number) => Promise<number>;

let keys = 0;

export const openTill = async (): Promise<Till> => {
  // One after the other: the sandbox must not be given the port that was found free for the engine.
  const engine = await startEngine();
  const stage = await startStage();
  const queue: object[] = [];
  const rung: string[] = [];
  const events: Queue = { send: async (message) => void queue.push({ v: 1, ...message }) };
  const tools = { newId, clock: stage.clock.now, random: () => 0.5, sleep };
  const ring = async (workspaceIds: readonly string[]): Promise<void> => void rung.push(...workspaceIds);
  const another: Till['another'] = (changes = {}) => {
    const key = changes.secretKey ?? secretKey;
    const app = stripeApp(async () => ({ secretKey: key, webhookSecrets: [platformSecret, connectSecret] }), stage.url);
    const stripe = async () => ({ ...(await app()), live: changes.live ?? false });
    const world = { ...tools, table: changes.table ?? engine.table, ring, stripe };
    const appUrls = [consoleUrl, 'http://localhost:5173'];
    return {
      payments: keyed(
        sendTo(
          paymentsDoor({ ...world, events: changes.events ?? events, appUrls, publicUrl: 'https://api.example.com' }) as never,
        ),
      ),
      work: worked(stripeEventWorker(world) as never),
      fetchMissed: (remainingMs = () => 600_000) =>
        missedEventsFetcher(world)({}, { ...lambda, getRemainingTimeInMillis: remainingMs } as never),
      compareAccounts: (remainingMs = () => 600_000) =>
        accountsComparer(world)({}, { ...lambda, getRemainingTimeInMillis: remainingMs } as never),
    };
  };
  const closeCheckout = (workspaceId: string, invoiceId: string) =>
    events.send({ kind: 'close-checkout', workspaceId, invoiceId });
  const { payments, work, fetchMissed, compareAccounts } = another();
  return {
    engine,
    stage,
    queue,
    rung,
    payments,
    work,
    fetchMissed,
    compareAccounts,
    another,
    invoices: keyed(sendTo(invoicesDoor({ ...tools, table: engine.table, ring, closeCheckout }) as never)),
    settle: async () => {
      for (const hook of stage.receiver.received.splice(0)) await payments(fromStripe(hook));
      return work(queue.splice(0));
    },
    close: async () => {
      await stage.close();
      await engine.close();
    },
  };
};

const lambda = { awsRequestId: 'a', functionName: 'test' };

const keyed =
  (send: Send): Send =>
  async (request) =>
    send({ ...request, headers: { 'idempotency-key': `key-${(keys += 1)}`, ...request.headers } });

/** A webhook as API Gateway hands it on. */
export const fromStripe = ({ body, headers }: Pick<ReceivedWebhook, 'body' | 'headers'>) => ({
  route: 'POST /v1/webhooks/stripe',
  rawBody: body,
  headers: { 'stripe-signature': String(headers['stripe-signature']) },
});

type Handler = (event: SQSEvent, context: never) => Promise<SQSBatchResponse>;

const worked =
  (handler: Handler): Work =>
  async (messages, remainingMs = 60_000) => {
    const Records = messages.map((message, place) => ({
      messageId: `message-${place}`,
      body: typeof message === 'string' ? message : JSON.stringify(message),
      attributes: { ApproximateReceiveCount: '1' },
    }));
    const context = { ...lambda, getRemainingTimeInMillis: () => remainingMs };
    return (await handler({ Records } as never, context as never)).batchItemFailures.length;
  };

/** A workspace whose Stripe account takes charges. */
export const connected = async (till: Till, changes: Parameters<typeof storeSetting>[1] = {}) => {
  const setting = await storeSetting(till.engine.table, changes);
  const from = setting.caller;
  await storeAdmin(till.engine.table, setting);
  const connect: Answer<Body> = await till.payments({ route: 'POST /v1/stripe/connect', from });
  await postForm(connect.body.url, { outcome: 'complete' });
  await till.settle();
  const connection: Answer<Body> = await till.payments({ route: 'GET /v1/stripe/connection', from });
  return { ...setting, from, accountId: String(connection.body.accountId) };
};

export type Shop = Awaited<ReturnType<typeof connected>>;

export const storeAdmin = async (table: Table, { workspace, caller }: Setting): Promise<void> => {
  const { memberId: id, sub, role } = caller;
  const person = { name: 'Ada', email: 'ada@example.com', zone: workspace.zone, rate: null, costRate: null };
  await table.commit([
    addMember(workspace.id, { id, version: 1, sub, role, ...person, exportToAccounting: true, status: 'active' }),
  ]);
};

/** An issued invoice over one line without VAT's noise: the total is `amount` and its tax. */
export const issued = async ({ invoices }: Till, { from, client }: Shop, amount = 10_000, currency = 'GBP'): Promise<Body> => {
  const unitPrice = { amount, currency };
  const made: Answer<Body> = await invoices({
    route: 'POST /v1/invoices',
    from,
    body: { clientId: client.id, lines: [{ description: 'Work', quantity: '1', unitPrice }] },
  });
  if (made.status !== 201) throw new Error(made.text);
  return made.body;
};

export const checkoutFor = (
  { payments }: Pick<Till, 'payments'>,
  { from }: Shop,
  id: string,
  { key, returnUrl }: { key?: string; returnUrl?: string } = {},
): Promise<Answer<Body>> =>
  payments({
    route: 'POST /v1/invoices/{id}/checkout',
    from,
    params: { id },
    ...(returnUrl === undefined ? {} : { body: { returnUrl } }),
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });

/** What a payer does on the page. */
export const payAt = (url: string, outcome = 'paid') => postForm(url, { outcome });

export const invoiceNow = async ({ invoices }: Till, { from }: Shop, id: string): Promise<Body> =>
  (await invoices<Body>({ route: 'GET /v1/invoices/{id}', from, params: { id } })).body;

export const paymentsOf = async ({ payments }: Till, { from }: Shop, invoiceId: string): Promise<Body[]> =>
  (await payments<Body>({ route: 'GET /v1/payments', from, query: { invoiceId } })).body.items;

export const byHand = ({ payments }: Pick<Till, 'payments'>, { from }: Shop, id: string, body: object): Promise<Answer<Body>> =>
  payments({ route: 'POST /v1/invoices/{id}/payments', from, params: { id }, body });

/** What was told, settled or not. */
export const noticesOf = async ({ engine }: Till, { workspace }: Shop) => [
  ...(await listNotices(engine.table)(workspace.id, { limit: 50 })).items,
  ...(await listNotices(engine.table)(workspace.id, { limit: 50 }, 'resolved')).items,
];

/** A payment on the shop's account that was not asked for by a page of ours, with the marks of one. */
export const foreignPayment = async (
  { stage }: Till,
  accountId: string,
  metadata: Record<string, string>,
  { amount = 12_000, currency = 'gbp' } = {},
): Promise<string> => {
  const session = await stage.stripe.checkout.sessions.create(
    {
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: 'Something' } } }],
      success_url: consoleUrl,
      metadata,
      payment_intent_data: { metadata },
    },
    { stripeAccount: accountId },
  );
  await payAt(String(session.url));
  const paid = await stage.stripe.checkout.sessions.retrieve(session.id, {}, { stripeAccount: accountId });
  return String(paid.payment_intent);
};

/** The ids that were written onto the payment of a page. */
export const marksOf = async ({ stage }: Till, { accountId }: Shop, invoiceId: string): Promise<Record<string, string>> => {
  const sessions = await stage.stripe.checkout.sessions.list({ limit: 100 }, { stripeAccount: accountId });
  return sessions.data.find(({ metadata }) => metadata?.['invoiceId'] === invoiceId)?.metadata ?? {};
};

/** A message as the door sends it for a payment. */
export const ringFor = (accountId: string, paymentIntentId: string | null, changes: object = {}) => ({
  v: 1,
  kind: 'stripe-event',
  eventId: 'evt_1',
  type: 'payment_intent.succeeded',
  accountId,
  livemode: false,
  created: '2026-11-20T09:00:00.000Z',
  paymentIntentId,
  chargeId: null,
  sessionId: null,
  ...changes,
});
