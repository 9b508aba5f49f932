import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import type { Deadline } from '../../shared/runtime/worker-door.ts';
import { dueByNow, dueShards } from '../../shared/store/due.ts';
import { readWaitingWork } from '../../shared/store/waiting-work.ts';
import { readXeroConnection, tokenDueAt, type XeroConnection } from '../../shared/store/xero-connections.ts';
import { forgetTokens, type AccessTokens } from './access-token.ts';
import { withdrawConsent } from './withdraw-consent.ts';
import { instantAt, type XeroWorld } from './world.ts';

const inUseMs = 30 * 60_000;
/** Xero lets a refresh token lapse after 60 days without use. */
const keepAliveMs = 45 * 24 * 3600_000;
const perShard = 100;
const marginMs = 20_000;

/**
 * Refreshes tokens before they end: of connections that were used in the last half hour or have work waiting, and of each other
 * one at day 45, so that it stays alive. Also gives up accesses that nobody has confirmed in time, and removes tokens left behind.
 */
export const keepFresh =
  (world: XeroWorld, tokens: AccessTokens) =>
  async (deadline: Deadline): Promise<void> => {
    for (const shard of dueShards) {
      const now = instantAt(world);
      for (const { workspaceId, id } of await dueByNow(world.table)('consent', shard, now, perShard)) {
        if (deadline.remainingMs() < marginMs) return;
        await attempt(world, () => withdrawConsent(world)(workspaceId, id));
      }
      for (const { workspaceId } of await dueByNow(world.table)('token', shard, now, perShard)) {
        if (deadline.remainingMs() < marginMs) return;
        await attempt(world, () => look(world, tokens, workspaceId));
      }
    }
  };

/** One workspace's trouble is no other's: what failed stays due and is looked at again with the next run. */
const attempt = async (world: XeroWorld, run: () => Promise<void>): Promise<void> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof Refusal) return;
    if (!(error instanceof OutsideError || error instanceof Conflict || error instanceof Busy)) throw error;
    world.count('TokenRefreshFailed');
  }
};

const look = async (world: XeroWorld, tokens: AccessTokens, ws: string): Promise<void> => {
  const connection = await readXeroConnection(world.table)(ws);
  const { state, refreshedAt, pausedUntil, version } = connection;
  // Whoever gave it up died before its tokens were gone.
  if (state === 'disconnected') return forgetTokens(world, ws, version);
  if (state !== 'connected' || refreshedAt === null) return;
  const now = instantAt(world);
  if ((pausedUntil ?? '') > now) return world.table.commit([tokenDueAt(ws, connection, pausedUntil ?? now)]);
  const old = Date.parse(refreshedAt) + keepAliveMs;
  const wanted = old <= world.clock() || (await isWanted(world, ws, connection));
  if (wanted) await tokens.get(ws, connection, true);
  else await world.table.commit([tokenDueAt(ws, connection, new Date(old).toISOString())]);
};

const isWanted = async (world: XeroWorld, ws: string, { usedAt }: XeroConnection): Promise<boolean> =>
  (usedAt ?? '') > instantAt(world, -inUseMs) || (await readWaitingWork(world.table)(ws, 1)).length > 0;
