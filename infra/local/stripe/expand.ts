import { StripeFailure } from './errors.ts';
import { asOfNow } from './objects/balance.ts';
import type { World } from './world.ts';

const depthMax = 4;

/** A copy of the answer in which the ids at the given paths (`latest_charge.balance_transaction`, `data.charge`) are the objects. */
export function expandAnswer(world: World, account: string, answer: object, paths: readonly string[] = []): object {
  if (paths.length === 0) return answer;
  const copy = structuredClone(answer) as Record<string, unknown>;
  // Short paths first, so that a longer one finds its parent already expanded.
  for (const path of [...paths].sort((a, b) => a.length - b.length)) {
    const parts = path.split('.');
    if (parts.length > depthMax) throw unknown(path);
    expandPath(world, account, copy, parts, path);
  }
  return copy;
}

function expandPath(world: World, account: string, node: Record<string, unknown>, parts: readonly string[], path: string): void {
  const [name = '', ...rest] = parts;
  if (node['object'] === 'list') {
    if (name !== 'data') throw unknown(path);
    for (const item of node['data'] as Record<string, unknown>[]) expandPath(world, account, item, rest, path);
    return;
  }
  if (name === 'line_items' && node['object'] === 'checkout.session')
    node[name] ??= lineItems(world, account, String(node['id']));
  if (name === 'refunds' && node['object'] === 'charge') node[name] ??= refunds(world, account, String(node['id']));
  if (!Object.hasOwn(node, name)) throw unknown(path);
  const value = node[name];
  if (value === null) return;
  if (typeof value === 'string') {
    const found = objectOf(world, account, value);
    if (found === undefined) throw unknown(path);
    node[name] = structuredClone(found);
  }
  if (rest.length > 0) expandPath(world, account, node[name] as Record<string, unknown>, rest, path);
}

function objectOf(world: World, account: string, id: string): object | undefined {
  const { charges, paymentIntents, refunds: allRefunds, payouts, disputes, balanceTransactions } = world.state;
  const entry = balanceTransactions.find(account, id);
  if (entry !== undefined) return asOfNow(world, entry);
  return [charges, paymentIntents, allRefunds, payouts, disputes]
    .map((kind) => kind.find(account, id))
    .find((found) => found !== undefined);
}

const lineItems = (world: World, account: string, id: string): object => ({
  object: 'list',
  data: world.state.checkoutDetails.find(account, id)?.items ?? [],
  has_more: false,
  url: `/v1/checkout/sessions/${id}/line_items`,
});

const refunds = (world: World, account: string, id: string): object => ({
  object: 'list',
  data: world.state.refunds.of(account).filter((refund) => refund.charge === id),
  has_more: false,
  url: `/v1/charges/${id}/refunds`,
});

const unknown = (path: string): StripeFailure =>
  new StripeFailure({ param: 'expand', message: `This property cannot be expanded (${path}).`, beforeExecution: true });
