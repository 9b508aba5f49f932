import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { timedKeys } from './due.ts';
import { keys } from './keys.ts';
import { maybe } from './shapes.ts';
import type { Table } from './table.ts';
import { put, update, type Item, type Write } from './write.ts';

const organisation = z.object({ tenantId: z.string(), name: z.string(), connectionId: z.string() });

const reached = z.object({
  /** Up to when changes had been followed: a place counts for that look only. */
  until: maybe(z.string()),
  /** The page that is read next, and when the counting began. */
  page: z.int(),
  began: z.string(),
  /** On the way back to the first page: up to when changes have been followed once it is read again, and if that is all. */
  back: maybe(z.object({ until: z.string(), end: z.boolean() })),
});

const record = z.object({
  /** Grows when a person or Xero changes what the connection is; not with tokens, limits and progress. */
  version: z.int(),
  state: z.enum(['disconnected', 'connected', 'needs-reconnect']),
  /** The books. Stays when the connection is given up: reconnecting the same ones goes on where it stopped. */
  organisation: maybe(organisation),
  reason: maybe(z.string()),
  /** Where the tokens are: a version of the workspace's secret. The tokens themselves stand nowhere else. */
  tokenVersionId: maybe(z.string()),
  tokenExpiresAt: maybe(z.string()),
  refreshedAt: maybe(z.string()),
  /** Who may refresh: the holder of the lease. Grows with each lease, so that a holder who overslept can't write. */
  fence: z.int().default(0),
  leaseUntil: maybe(z.string()),
  /** When it was last used for anybody's work. */
  usedAt: maybe(z.string()),
  dayLeft: maybe(z.number()),
  /** The most that was ever seen left: tells 1,000 a day from 5,000. */
  dayMost: maybe(z.number()),
  minuteLeft: maybe(z.number()),
  limitsSeenAt: maybe(z.string()),
  /** What was learned of when the organisation's day begins. */
  dayBeganAt: maybe(z.string()),
  dayBeganWithinMs: maybe(z.number()),
  /** When the next call is due that nobody waits for. */
  paceAt: maybe(z.string()),
  /** No call before this instant. */
  pausedUntil: maybe(z.string()),
  pauseCode: maybe(z.string()),
  pauseEstimated: z.boolean().default(false),
  /** Xero gives no usable answer. */
  outage: maybe(z.object({ since: z.string(), tries: z.int(), until: z.string() })),
  lastSyncedAt: maybe(z.string()),
  /** Contacts changed before this instant are in the mirror. Null before the first pull. */
  contactsUntil: maybe(z.string()),
  /** Whether the first pull came to its end: before that, a contact that isn't in the mirror may still be in Xero. */
  contactsComplete: z.boolean().default(false),
  contactsPulledAt: maybe(z.string()),
  /** Invoices, and payments, that were changed there before this instant have been followed. */
  invoicesUntil: maybe(z.string()),
  paymentsUntil: maybe(z.string()),
  quotesUntil: maybe(z.string()),
  /** Where a look stopped among things that all changed in the same second, for each of the four above. */
  reached: z.record(z.string(), reached).default({}),
  /** Nothing dated on or before this day can be written there. */
  lockDate: maybe(z.string()),
  /** A number series that carries on where the organisation's own numbers stopped. */
  proposedSeries: maybe(z.object({ prefix: z.string(), digits: z.int(), next: z.int() })),
  /** When the organisation itself was read last. */
  organisationReadAt: maybe(z.string()),
});

/** The connection of a workspace to one organisation in Xero. */
export type XeroConnection = z.infer<typeof record>;

export const xeroConnectionKey = keys.xeroConnection;
export const parseXeroConnection = (item: Item): XeroConnection => record.parse(item);

const none: XeroConnection = record.parse({ version: 0, state: 'disconnected' });

/** The connection as an item says; without one it was never connected. */
export const connectionFrom = (item: Item | undefined): XeroConnection => (item ? record.parse(item) : none);

export const readXeroConnection =
  (table: Table) =>
  async (ws: string): Promise<XeroConnection> =>
    connectionFrom(await table.get(keys.xeroConnection(ws)));

/** Whether the worker leaves Xero alone for now: it asked for a pause, or it does not answer. */
export const isResting = ({ pausedUntil, outage }: Pick<XeroConnection, 'pausedUntil' | 'outage'>, now: string): boolean =>
  (pausedUntil ?? '') > now || (outage?.until ?? '') > now;

/** A connection whose token the schedule has to look at from `lookAt` on. */
const asItem = (ws: string, connection: XeroConnection, lookAt?: string): Item => ({
  ...keys.xeroConnection(ws),
  v: 1,
  ...connection,
  ...(lookAt === undefined || connection.state === 'needs-reconnect' ? {} : timedKeys('token', ws, lookAt)),
});

/**
 * Replaces a connection as it was read. Its version and its fence grow: whoever was refreshing its token has lost. `lookAt`: when
 * the schedule looks at its token, to refresh it or, when it is given up, to see it removed.
 */
export const replaceXeroConnection = (
  ws: string,
  read: XeroConnection,
  changed: Partial<XeroConnection>,
  lookAt?: string,
): Write =>
  put(
    'connection to Xero',
    asItem(ws, { ...read, ...changed, version: read.version + 1, fence: read.fence + 1, leaseUntil: null }, lookAt),
    {
      condition: read.version === 0 ? 'attribute_not_exists(#pk)' : '#version = :version AND #fence = :fence',
      values: read.version === 0 ? undefined : { ':version': read.version, ':fence': read.fence },
    },
  );

/** Takes the right to refresh the token that was read. Fails while another holds it, and once the token is a newer one. */
export const leaseTaken = (ws: string, read: XeroConnection, now: string, until: string): Write =>
  update(
    'token lease',
    keys.xeroConnection(ws),
    { set: { leaseUntil: until, fence: read.fence + 1 } },
    {
      condition: '#fence = :fence AND #tokenVersionId = :seen AND (attribute_type(#leaseUntil, :null) OR #leaseUntil <= :now)',
      values: { ':fence': read.fence, ':seen': read.tokenVersionId, ':null': 'NULL', ':now': now },
      onFail: () => new Conflict('token lease'),
    },
  );

/** Points to a refreshed token and gives the lease back. Only the holder of the newest lease can. */
export const tokenPointed = (
  ws: string,
  fence: number,
  token: { versionId: string; expiresAt: string; refreshedAt: string; refreshAt: string },
): Write =>
  update(
    'token',
    keys.xeroConnection(ws),
    {
      set: {
        tokenVersionId: token.versionId,
        tokenExpiresAt: token.expiresAt,
        refreshedAt: token.refreshedAt,
        leaseUntil: null,
        ...timedKeys('token', ws, token.refreshAt),
      },
    },
    { condition: '#fence = :fence AND #state = :connected', values: { ':fence': fence, ':connected': 'connected' } },
  );

/** Gives a lease back without a new token. */
export const leaseDropped = (ws: string, fence: number): Write =>
  update(
    'token lease',
    keys.xeroConnection(ws),
    { set: { leaseUntil: null } },
    { condition: '#fence = :fence', values: { ':fence': fence } },
  );

/** When the schedule should look at the token again. */
export const tokenDueAt = (ws: string, read: XeroConnection, dueAt: string): Write =>
  update(
    'token',
    keys.xeroConnection(ws),
    { set: timedKeys('token', ws, dueAt) },
    {
      condition: '#fence = :fence AND #state = :connected',
      values: { ':fence': read.fence, ':connected': 'connected' },
    },
  );

/** The tokens of a connection that was given up are gone: nobody has to look any more, unless it was made anew meanwhile. */
export const tokensGone = (ws: string, version: number): Write =>
  update(
    'token',
    keys.xeroConnection(ws),
    { set: { duePk: undefined, dueSk: undefined } },
    { condition: '#version = :version AND #state = :gone', values: { ':version': version, ':gone': 'disconnected' } },
  );

/** Xero takes the tokens no more: nothing is sent until a person has connected again. */
export const accessLost = (ws: string, read: XeroConnection, reason: string): Write =>
  update(
    'connection to Xero',
    keys.xeroConnection(ws),
    {
      set: { state: 'needs-reconnect', reason, leaseUntil: null, duePk: undefined, dueSk: undefined },
      add: { version: 1, fence: 1 },
    },
    {
      condition: '#state = :connected AND #tokenVersionId = :seen',
      values: { ':connected': 'connected', ':seen': read.tokenVersionId },
    },
  );

export type Progress = Partial<
  Pick<
    XeroConnection,
    | 'usedAt'
    | 'dayLeft'
    | 'dayMost'
    | 'minuteLeft'
    | 'limitsSeenAt'
    | 'dayBeganAt'
    | 'dayBeganWithinMs'
    | 'paceAt'
    | 'pausedUntil'
    | 'pauseCode'
    | 'pauseEstimated'
    | 'outage'
    | 'lastSyncedAt'
    | 'contactsUntil'
    | 'contactsComplete'
    | 'contactsPulledAt'
    | 'invoicesUntil'
    | 'paymentsUntil'
    | 'quotesUntil'
    | 'reached'
    | 'lockDate'
    | 'organisationReadAt'
  >
>;

/** Notes what was done and what is left of the limits, unless another organisation was connected meanwhile. */
export const progressNoted = (ws: string, { version }: XeroConnection, progress: Progress): Write =>
  update(
    'connection to Xero',
    keys.xeroConnection(ws),
    { set: progress },
    { condition: '#version = :version', values: { ':version': version } },
  );
