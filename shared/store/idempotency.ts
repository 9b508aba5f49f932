import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AnsweredAlready } from '../domain/conflict.ts';
import type { Once, Reply } from '../domain/once.ts';
import type { Table } from './table.ts';
import { put, remove, type Key, type Write } from './write.ts';

/** How long a key is remembered, and how long unfinished work keeps others out. */
const keptSeconds = 24 * 3600;
const leaseMs = 40_000;

const record = z.object({
  bodyHash: z.string(),
  expiresAt: z.number(),
  leaseUntil: z.number().optional(),
  owner: z.string().optional(),
  ref: z.string().optional(),
  reply: z
    .object({
      status: z.number(),
      body: z.unknown(),
      etag: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

const keyOf = ({ workspaceId, memberId, routeId, key }: Once): Key => ({
  pk: `W#${workspaceId}#IDEM#${memberId}`,
  sk: `${routeId}#${createHash('sha256').update(key).digest('base64url')}`,
});

const free = 'attribute_not_exists(#pk) OR #expiresAt <= :nowSeconds';
const mine = 'attribute_not_exists(#reply) AND #bodyHash = :bodyHash';

/**
 * The record that a request was answered: one more action of its business transaction. Nothing for requests without a key.
 * A record of the same request that is still a lease is overwritten, a reply never is. `ref` is kept instead of a large reply: the
 * id of the document that was made, from which the room can write the same reply again.
 */
export const answered = (once: Once | undefined, reply: Reply, ref?: string): Write | undefined =>
  once &&
  put(
    'idempotency record',
    {
      ...keyOf(once),
      v: 1,
      bodyHash: once.bodyHash,
      expiresAt: Math.floor(once.at / 1000) + keptSeconds,
      ...(ref === undefined ? { reply } : { ref, reply: {} }),
    },
    {
      condition: `${free} OR (${mine})`,
      values: { ':nowSeconds': Math.floor(once.at / 1000), ':bodyHash': once.bodyHash },
      onFail: () => new AnsweredAlready(),
      outranks: true,
    },
  );

/** What became of an earlier request with the same key. */
export type Earlier =
  | { state: 'none' }
  | { state: 'other-body' }
  | { state: 'in-progress'; retryAfterSeconds: number; mine: boolean }
  | { state: 'done'; reply: Reply | { ref: string } };

/** Reads what became of an earlier request with this key. */
export const readEarlier =
  (table: Table) =>
  async (once: Once): Promise<Earlier> => {
    const item = await table.get(keyOf(once));
    if (!item) return { state: 'none' };
    const { bodyHash, expiresAt, leaseUntil, owner, ref, reply } = record.parse(item);
    if (expiresAt * 1000 <= once.at) return { state: 'none' };
    if (bodyHash !== once.bodyHash) return { state: 'other-body' };
    if (ref !== undefined && reply) return { state: 'done', reply: { ref } };
    if (reply) return { state: 'done', reply: reply as Reply };
    const left = (leaseUntil ?? 0) - once.at;
    return left > 0
      ? { state: 'in-progress', retryAfterSeconds: Math.ceil(left / 1000), mine: owner === once.requestId }
      : { state: 'none' };
  };

/**
 * Claims a request whose work is more than one transaction: it calls Stripe or Xero, or holds many entries. `ref` is the id of the
 * document that it is about to make. Throws `AnsweredAlready` while another claim lives or when it was answered. A claim that ran
 * out is taken over: the answer is the id of the document that was left unfinished.
 */
export const claim =
  (table: Table) =>
  async (once: Once | undefined, ref?: string): Promise<string | undefined> => {
    if (!once) return undefined;
    const nowSeconds = Math.floor(once.at / 1000);
    const left = await table.get(keyOf(once));
    await table.commit([
      put(
        'idempotency record',
        {
          ...keyOf(once),
          v: 1,
          bodyHash: once.bodyHash,
          expiresAt: nowSeconds + keptSeconds,
          leaseUntil: once.at + leaseMs,
          owner: once.requestId,
          ref,
        },
        {
          condition: `${free} OR (${mine} AND (#leaseUntil <= :now OR #owner = :owner))`,
          values: { ':nowSeconds': nowSeconds, ':bodyHash': once.bodyHash, ':now': once.at, ':owner': once.requestId },
          onFail: () => new AnsweredAlready(),
        },
      ),
    ]);
    return left && record.parse(left).ref;
  };

/** Gives a claim back, so that a refused request may be sent again at once. Only the claim's own owner does so. */
export const release =
  (table: Table) =>
  async (once: Once): Promise<void> => {
    const values = { ':bodyHash': once.bodyHash, ':owner': once.requestId };
    await table.commit([remove('idempotency record', keyOf(once), { condition: `${mine} AND #owner = :owner`, values })]);
  };
