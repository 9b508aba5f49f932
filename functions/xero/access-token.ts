import * as z from 'zod';
import { Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { notified } from '../../shared/store/notifications.ts';
import {
  accessLost,
  leaseDropped,
  leaseTaken,
  readXeroConnection,
  tokenPointed,
  tokensGone,
  type XeroConnection,
} from '../../shared/store/xero-connections.ts';
import { outcomeUnknown } from '../../shared/xero/failure.ts';
import { GrantInvalid, refresh, type Tokens } from '../../shared/xero/oauth.ts';
import { instantAt, type XeroWorld } from './world.ts';

// Flow of several doors: gives a usable access token for a workspace, refreshing it at most once however many want it.

/** A run of the worker lasts up to 45 s; a token that ends before is refreshed first. */
const spareMs = 90_000;
const leaseMs = 30_000;
const waitForOtherMs = { each: 250, all: 12_000 };
/** The schedule looks at a token this long before it ends. */
const refreshBeforeMs = 9 * 60_000;

export const lostAccessCause = 'xero-access';

/** Xero lets us in no more; a person has to connect again. */
export class AccessLost extends Refusal {
  constructor() {
    super('xero-not-connected', 'Xero does not let us in any more. Connect again to go on.');
    this.name = 'AccessLost';
  }
}

const stored = z.object({ accessToken: z.string(), refreshToken: z.string() });
type Stored = z.infer<typeof stored>;

/** Tokens as they lie in a secret. */
export const writeTokens = ({ accessToken, refreshToken }: Pick<Tokens, 'accessToken' | 'refreshToken'>): string =>
  JSON.stringify({ v: 1, accessToken, refreshToken });

/** The parser's own words would quote the secret. */
export const readTokens = (text: string | undefined): Stored | undefined => {
  if (text === undefined) return undefined;
  try {
    return stored.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** When tokens that were just received end, and when they should be looked at. */
export const timesOf = (world: XeroWorld, { expiresInSeconds }: Pick<Tokens, 'expiresInSeconds'>) => ({
  expiresAt: instantAt(world, expiresInSeconds * 1000),
  refreshedAt: instantAt(world),
  refreshAt: instantAt(world, expiresInSeconds * 1000 - refreshBeforeMs),
});

export interface AccessTokens {
  /**
   * A token that is good for the next 90 seconds. None of the secret store's calls when it is at hand, one when another
   * function refreshed it, four store calls when it has to be refreshed. `renew` refuses the token that the connection points to.
   * Throws `AccessLost`.
   */
  get(workspaceId: string, connection: XeroConnection, renew?: boolean): Promise<string>;
  /** Notes that Xero lets us in no more: nothing is sent from now on, and somebody is told, once. */
  lose(workspaceId: string, connection: XeroConnection, reason: string): Promise<void>;
}

/** Tokens of all workspaces that one function's environment works for. */
export const accessTokens = (world: XeroWorld): AccessTokens => {
  const { table, secrets } = world;
  const kept = new Map<string, { versionId: string; accessToken: string }>();

  const keep = (ws: string, versionId: string, accessToken: string): string => {
    kept.set(ws, { versionId, accessToken });
    return accessToken;
  };

  const lose = async (ws: string, connection: XeroConnection, reason: string): Promise<void> => {
    kept.delete(ws);
    await noteLoss(world, ws, connection, reason);
  };

  const get = async (ws: string, connection: XeroConnection, renew = false): Promise<string> => {
    const { state, tokenVersionId, tokenExpiresAt } = connection;
    if (state !== 'connected' || tokenVersionId === null) throw new AccessLost();
    if (renew || (tokenExpiresAt ?? '') <= instantAt(world, spareMs)) return refreshed(ws, connection, tokenVersionId);
    const known = kept.get(ws);
    if (known?.versionId === tokenVersionId) return known.accessToken;
    const found = readTokens(await secrets.read(ws, tokenVersionId));
    return found ? keep(ws, tokenVersionId, found.accessToken) : refreshed(ws, connection, tokenVersionId);
  };

  const refreshed = async (ws: string, connection: XeroConnection, versionId: string): Promise<string> => {
    try {
      await table.commit([leaseTaken(ws, connection, instantAt(world), instantAt(world, leaseMs))]);
    } catch (error) {
      if (error instanceof Conflict) return waitForOther(ws, versionId);
      throw error;
    }
    const fence = connection.fence + 1;
    try {
      return await rotate(ws, fence, versionId);
    } catch (error) {
      if (error instanceof GrantInvalid) return afterInvalidGrant(ws, connection);
      if (error instanceof Conflict) return get(ws, await readXeroConnection(table)(ws));
      await table.commit([leaseDropped(ws, fence)]).catch(ignoreLostRace);
      throw error;
    }
  };

  const rotate = async (ws: string, fence: number, versionId: string): Promise<string> => {
    const { tokens, newVersionId } = await newTokens(world, ws, versionId);
    await table.commit([tokenPointed(ws, fence, { versionId: newVersionId, ...timesOf(world, tokens) })]);
    return keep(ws, newVersionId, tokens.accessToken);
  };

  /** A sibling may have rotated the token between our read and our call: its token is the good one then. */
  const afterInvalidGrant = async (ws: string, connection: XeroConnection): Promise<string> => {
    const again = await readXeroConnection(table)(ws);
    if (again.state === 'connected' && again.tokenVersionId !== connection.tokenVersionId) return get(ws, again);
    await lose(ws, connection, 'Access to Xero has ended: it was withdrawn there, or not used for 60 days.');
    throw new AccessLost();
  };

  const waitForOther = async (ws: string, versionId: string): Promise<string> => {
    for (let waited = 0; waited < waitForOtherMs.all; waited += waitForOtherMs.each) {
      const again = await readXeroConnection(table)(ws);
      if (again.state !== 'connected' || again.tokenVersionId !== versionId) return get(ws, again);
      if ((again.leaseUntil ?? '') <= instantAt(world)) return refreshed(ws, again, versionId);
      await world.sleep(waitForOtherMs.each);
    }
    throw new OutsideError({ service: 'xero', status: 0, code: 'token-busy', retryAfterSeconds: 30 });
  };

  return { get, lose };
};

/** Removes the tokens of a connection that was given up. May be done again as long as nobody has connected anew. */
export const forgetTokens = async ({ secrets, table }: XeroWorld, ws: string, version: number): Promise<void> => {
  await secrets.remove(ws);
  await table.commit([tokensGone(ws, version)]).catch(ignoreLostRace);
};

/** Rotates the tokens of a version; the new ones lie in a version of their own before anything points to them. */
const newTokens = async (world: XeroWorld, ws: string, versionId: string) => {
  const old = readTokens(await world.secrets.read(ws, versionId));
  if (!old) throw new GrantInvalid();
  const tokens = await askAgainOnce(world, old.refreshToken);
  const newVersionId = world.newId('token-version');
  await world.secrets.write(ws, newVersionId, writeTokens(tokens));
  return { tokens, newVersionId };
};

const noteLoss = async (world: XeroWorld, ws: string, { version }: XeroConnection, reason: string): Promise<void> => {
  const at = instantAt(world);
  const current = await readXeroConnection(world.table)(ws);
  // Somebody connected again meanwhile, or the loss is noted already.
  if (current.state !== 'connected' || current.version !== version) return;
  const mend = 'Connect to Xero again; what waits goes on by itself.';
  const text = 'Xero does not let us in any more';
  await world.table
    .commit([
      accessLost(ws, current, reason),
      notified(ws, { id: world.newId('ntf'), cause: lostAccessCause, text: reason, mend, about: null, at }),
      audited(ws, { id: world.newId('aud'), at, who: null, what: 'xero-access-lost', about: 'xero', text }),
    ])
    .catch(ignoreLostRace);
};

/** When the answer was lost, Xero takes the same refresh token again for 30 minutes. */
const askAgainOnce = async (world: XeroWorld, refreshToken: string): Promise<Tokens> => {
  const ask = async (): Promise<Tokens> => refresh(world.http, world.addresses.identity, await world.app(), refreshToken);
  try {
    return await ask();
  } catch (error) {
    if (!outcomeUnknown(error)) throw error;
    world.count('TokenAskedAgain');
    return ask();
  }
};

const ignoreLostRace = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};
