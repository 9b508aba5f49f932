import { afterEach } from '@jest/globals';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../shared/store/keys.ts';
import { readStripeConnection, type StripeConnection } from '../../shared/store/stripe-connections.ts';
import { checkoutFor, connected, issued, payAt, type Body, type Shop, type Till } from './till.ts';

/** From here on Stripe's webhooks reach nobody, and aren't repeated either. */
export const loseWebhooks = ({ stage }: Till) => stage.control('faults', { fault: 'lose-webhook', times: 10_000 });

/** An invoice over 120.00 that a client has just paid by card, and the payment's id at Stripe. */
export const paidByCard = async (till: Till, shop: Shop): Promise<{ invoice: Body; intent: string }> => {
  const invoice = await issued(till, shop);
  const { body } = await checkoutFor(till, shop, invoice.id);
  await payAt(body.url);
  const { data } = await till.stage.stripe.checkout.sessions.list({ limit: 1 }, { stripeAccount: shop.accountId });
  return { invoice, intent: String(data[0]?.payment_intent) };
};

export const connectionOf = async ({ engine }: Till, { workspace }: Shop): Promise<StripeConnection> =>
  (await readStripeConnection(engine.table)(workspace.id))!;

/** What a run asked of Stripe, as `method path`, and what it did with the table besides looking for what is due. */
export const counted = async ({ engine, stage }: Till, run: () => Promise<void>) => {
  const calls = async () => (await stage.control('requests'))['items'] as { method: string; path: string }[];
  const before = (await calls()).length;
  engine.reset();
  await run();
  const operations = engine.counted.operations.filter((name) => name !== 'QueryCommand');
  return { operations, asked: (await calls()).slice(before).map(({ method, path }) => `${method} ${path}`) };
};

/** A workspace that is of no concern any more: no run comes to it. */
export const forget = ({ engine }: Till, { workspace }: Shop) =>
  engine.client.send(new DeleteCommand({ TableName: 'table', Key: keys.stripeConnection(workspace.id) }));

/** Connects shops of which Stripe's webhooks tell nothing; after each test they are forgotten, and no fault is left. */
export const unheardShops = (till: Till): (() => Promise<Shop>) => {
  const shops: Shop[] = [];
  afterEach(async () => {
    for (const each of shops.splice(0)) await forget(till, each);
    await till.stage.control('faults', undefined, 'DELETE');
  });
  return async () => {
    const made = await connected(till);
    shops.push(made);
    await loseWebhooks(till);
    return made;
  };
};

/** Makes an invoice unreadable; gives what mends it. */
export const spoil = async ({ engine }: Till, { workspace }: Shop, invoiceId: string): Promise<() => Promise<unknown>> => {
  const at = { TableName: 'table', Key: keys.invoice(workspace.id, invoiceId) };
  const { Item: sound } = await engine.client.send(new GetCommand(at));
  await engine.client.send(new PutCommand({ TableName: 'table', Item: { ...sound, total: 'spoiled' } }));
  return () => engine.client.send(new PutCommand({ TableName: 'table', Item: sound }));
};

export const hours = (count: number): number => count * 3600;
