import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AnsweredAlready } from '../domain/conflict.ts';
import type { Once, Reply } from '../domain/once.ts';
import type { Table } from './table.ts';
import { put, remove, type Item, type Key, type Write } from './write.ts';

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
      /** The body as JSON text: a map of DynamoDB forgets the order of its keys, and a replay is the same to the byte. */
      json: z.string().optional(),
      etag: z.string().optional(),
      headers: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

/** Where a request's record stands, for a use case that reads it along with everything else. */
export const onceKey = ({ workspaceId, memberId, routeId, key }: Once): Key => ({
  pk: `W#${workspaceId}#IDEM#${memberId}`,
  sk: `${routeId}#${createHash('sha256').update(key).digest('base64url')}`,
});

const free = 'attribute_not_exists(#pk) OR #expiresAt <= :nowSeconds';
/** A claim that nobody answered: this request's own, or one that ran out. */
const unanswered = 'attribute_not_exists(#reply) AND #bodyHash = :bodyHash AND (#owner = :owner OR #leaseUntil <= :now)';
const recordValues = (once: Once) => ({
  ':nowSeconds': Math.floor(once.at / 1000),
  ':bodyHash': once.bodyHash,
  ':owner': once.requestId,
  ':now': once.at,
});

const written = ({ body, ...reply }: Reply) => ({ ...reply, json: body === undefined ? undefined : JSON.stringify(body) });

const asWritten = ({ json, ...reply }: NonNullable<z.infer<typeof record>['reply']>): Reply => {
  const body: unknown = json === undefined ? undefined : JSON.parse(json);
  return { ...reply, ...(body === undefined ? {} : { body }) } as Reply;
};

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
      ...onceKey(once),
      v: 1,
      bodyHash: once.bodyHash,
      expiresAt: Math.floor(once.at / 1000) + keptSeconds,
      ...(ref === undefined ? { reply: written(reply) } : { ref, reply: { status: reply.status } }),
    },
    {
      condition: `${free} OR (${unanswered})`,
      values: recordValues(once),
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

/**
 * The document that an earlier try of this request left unfinished, by the record as it was read. Throws `AnsweredAlready` when the
 * request was answered, or while another try of it is under way.
 */
export const unfinishedBy = (once: Once, item: Item | undefined): string | undefined => {
  if (!item) return undefined;
  const { bodyHash, expiresAt, leaseUntil = 0, owner, ref, reply } = record.parse(item);
  if (expiresAt * 1000 <= once.at) return undefined;
  if (reply || bodyHash !== once.bodyHash || (leaseUntil > once.at && owner !== once.requestId)) throw new AnsweredAlready();
  return ref;
};

/** Reads what became of an earlier request with this key. */
export const readEarlier =
  (table: Table) =>
  async (once: Once): Promise<Earlier> => {
    const item = await table.get(onceKey(once));
    if (!item) return { state: 'none' };
    const { bodyHash, expiresAt, leaseUntil, owner, ref, reply } = record.parse(item);
    if (expiresAt * 1000 <= once.at) return { state: 'none' };
    if (bodyHash !== once.bodyHash) return { state: 'other-body' };
    if (ref !== undefined && reply) return { state: 'done', reply: { ref } };
    if (reply) return { state: 'done', reply: asWritten(reply) };
    const left = (leaseUntil ?? 0) - once.at;
    return left > 0
      ? { state: 'in-progress', retryAfterSeconds: Math.ceil(left / 1000), mine: owner === once.requestId }
      : { state: 'none' };
  };

/**
 * Claims a request whose work is more than one transaction: it calls Stripe or Xero, or holds many entries. `ref` is the id of the
 * document that it is about to make. Throws `AnsweredAlready` while another claim lives or when it was answered; a claim that ran
 * out is taken over.
 */
export const claim =
  (table: Table) =>
  async (once: Once | undefined, ref?: string): Promise<void> => {
    if (!once) return;
    const expiresAt = Math.floor(once.at / 1000) + keptSeconds;
    const lease = { bodyHash: once.bodyHash, expiresAt, leaseUntil: once.at + leaseMs, owner: once.requestId, ref };
    await table.commit([
      put(
        'idempotency record',
        { ...onceKey(once), v: 1, ...lease },
        {
          condition: `${free} OR (${unanswered})`,
          values: recordValues(once),
          onFail: () => new AnsweredAlready(),
        },
      ),
    ]);
  };

/** Gives a claim back, so that a refused request may be sent again at once. Only the claim's own owner does so. */
export const release =
  (table: Table) =>
  async (once: Once): Promise<void> => {
    const condition = 'attribute_not_exists(#reply) AND #owner = :owner';
    await table.commit([remove('idempotency record', onceKey(once), { condition, values: { ':owner': once.requestId } })]);
  };
