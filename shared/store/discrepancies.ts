import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { differenceSubjects, driftKinds, identityOf, wayOutNames, type Difference, type WayOut } from '../domain/discrepancy.ts';
import { keys, partitions } from './keys.ts';
import { listPage, type PageRequest } from './paging.ts';
import { maybe, money } from './shapes.ts';
import type { Table } from './table.ts';
import { put, update, type Item, type Write } from './write.ts';

const difference = z.object({
  kind: z.enum(driftKinds),
  system: z.enum(['xero', 'stripe']),
  subject: z.enum(differenceSubjects),
  documentId: maybe(z.string()),
  outsideId: maybe(z.string()),
  number: maybe(z.string()),
  ours: maybe(z.string()),
  theirs: maybe(z.string()),
  amount: maybe(money),
  cause: z.string(),
});

const record = z.object({
  id: z.string(),
  version: z.int(),
  state: z.enum(['open', 'resolved', 'ignored']),
  difference,
  foundAt: z.string(),
  /** When it was last seen. A difference that a later comparison no longer finds is resolved by itself. */
  seenAt: z.string(),
  resolvedAt: maybe(z.string()),
  /** The member who chose the way out; null when it went away by itself. */
  resolvedBy: maybe(z.string()),
  way: maybe(z.enum(wayOutNames)),
  reason: maybe(z.string()),
  /** What somebody named in Xero as this document, until it was looked at. */
  linkTo: maybe(z.string()),
});

/** One difference between the platform and Xero or Stripe, from when it was found until it is gone. */
export type Discrepancy = z.infer<typeof record>;

const placeOf = (what: Difference): string => createHash('sha256').update(identityOf(what)).digest('base64url').slice(0, 22);

export const discrepancyKey = (ws: string, what: Difference) => keys.discrepancy(ws, placeOf(what));
export const parseDiscrepancy = (item: Item): Discrepancy => record.parse(item);

const asItem = (ws: string, discrepancy: Discrepancy): Item => ({
  ...discrepancyKey(ws, discrepancy.difference),
  v: 1,
  ...discrepancy,
  listPk: partitions.discrepancies(ws, discrepancy.state),
  listSk: `${discrepancy.foundAt}#${discrepancy.id}`,
  jobPk: partitions.discrepancyById(ws, discrepancy.id),
  jobSk: 'DISCREPANCY',
});

/** How many are open, for the dashboard; beside its sums. */
const counted = (ws: string, by: 1 | -1): Write =>
  update('count of discrepancies', keys.aboutAggregates(ws), { add: { discrepancies: by } });

const unchanged = ({ version }: Discrepancy) => ({
  condition: '#version = :readVersion',
  values: { ':readVersion': version },
  onFail: () => new Conflict('discrepancy'),
});

/**
 * Notes a difference that a comparison found. One that is open already only gets its facts renewed; one that somebody ignored stays
 * ignored while it says the same; one that was resolved and is back is open again. Returns whether somebody should be told;
 * `telling` is what tells them, written in the commit that opens it.
 */
export const noteDifference =
  (table: Table) =>
  async (
    ws: string,
    found: { difference: Difference; at: string; newId: () => string; telling?: readonly Write[] },
  ): Promise<boolean> => {
    const item = await table.get(discrepancyKey(ws, found.difference));
    const known = item && record.parse(item);
    const fresh = { seenAt: found.at, difference: found.difference };
    if (known?.state === 'open') {
      await table.commit([put('discrepancy', asItem(ws, { ...known, ...fresh, version: known.version + 1 }), unchanged(known))]);
      return false;
    }
    if (
      known?.state === 'ignored' &&
      known.difference.theirs === found.difference.theirs &&
      known.difference.ours === found.difference.ours
    )
      return false;
    const opened: Discrepancy = {
      ...fresh,
      id: known?.id ?? found.newId(),
      version: (known?.version ?? 0) + 1,
      state: 'open',
      foundAt: found.at,
      resolvedAt: null,
      resolvedBy: null,
      way: null,
      reason: null,
      linkTo: null,
    };
    const guard = known
      ? unchanged(known)
      : { condition: 'attribute_not_exists(#pk)', onFail: () => new Conflict('discrepancy') };
    await table.commit([put('discrepancy', asItem(ws, opened), guard), counted(ws, 1), ...(found.telling ?? [])]);
    return true;
  };

/** How a discrepancy is closed. */
export interface Closing {
  readonly state: 'resolved' | 'ignored';
  readonly at: string;
  readonly by: string | null;
  readonly way: WayOut | null;
  readonly reason: string | null;
  readonly linkTo?: string | null;
}

/** Closes a discrepancy: somebody chose a way out, or a later comparison no longer found it. For the commit that makes it so. */
export const closed = (ws: string, discrepancy: Discrepancy, how: Closing): Write[] => {
  const { state, at, by, way, reason, linkTo = null } = how;
  const after = { ...discrepancy, version: discrepancy.version + 1, state, resolvedAt: at, resolvedBy: by, way, reason, linkTo };
  return [
    put('discrepancy', asItem(ws, after), unchanged(discrepancy)),
    ...(discrepancy.state === 'open' ? [counted(ws, -1)] : []),
  ];
};

/** A discrepancy by its id. The index only tells where it stands; what counts is read from there. */
export const readDiscrepancy =
  (table: Table) =>
  async (ws: string, id: string): Promise<Discrepancy | undefined> => {
    const { items } = await table.query({ partition: partitions.discrepancyById(ws, id), index: 'job', limit: 1 });
    const [found] = items;
    const item = found && (await table.get({ pk: found.pk, sk: found.sk }));
    return item && record.parse(item);
  };

/** Discrepancies of one state, the newest first. */
export const listDiscrepancies = (table: Table) => (ws: string, state: Discrepancy['state'], request: PageRequest) =>
  listPage<Discrepancy>(table, {
    query: { partition: partitions.discrepancies(ws, state), index: 'list', descending: true },
    scope: `${ws}/DIS/${state}`,
    filtered: false,
    request,
    show: async (rows) => rows.map((row) => record.parse(row)),
  });

/** All open discrepancies of a workspace, read strongly: a comparison closes those it no longer finds. */
export const openDiscrepancies =
  (table: Table) =>
  async (ws: string): Promise<readonly Discrepancy[]> => {
    const items = await table.queryAll({ partition: partitions.discrepanciesOf(ws) });
    return items.map((item) => record.parse(item)).filter(({ state }) => state === 'open');
  };
