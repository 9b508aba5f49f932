import { createHash } from 'node:crypto';
import * as z from 'zod';
import { timedKeys } from './due.ts';
import { keys, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { putNew, remove, update, type Key, type Write } from './write.ts';

/** How long a person has for Xero's page, and how long for confirming what they allowed there. */
export const consentMinutes = 10;

const begun = z.object({ workspaceId: z.string(), memberId: z.string(), returnUrl: z.string(), expiresAt: z.number() });

/** A way to Xero that a member has begun. `expiresAt` is in epoch seconds. */
export type BegunConsent = z.infer<typeof begun>;

/** Only a hash of the state is stored: who reads the table can't use it. */
const stateKey = (state: string): Key => keys.xeroState(createHash('sha256').update(state).digest('base64url'));

export const consentBegun = (state: string, consent: BegunConsent): Write =>
  putNew('consent', { ...stateKey(state), v: 1, ...consent });

/** What a state stands for; undefined when it is unknown, used or older than 10 minutes. */
export const readBegunConsent =
  (table: Table) =>
  async (state: string, now: number): Promise<BegunConsent | undefined> => {
    const item = await table.get(stateKey(state));
    const found = item && begun.parse(item);
    return found && found.expiresAt * 1000 > now ? found : undefined;
  };

/** Uses a state up. Of two who try, one fails. */
export const stateUsed = (state: string, onUsed: () => Error): Write =>
  remove('consent', stateKey(state), { condition: 'attribute_exists(#pk)', onFail: onUsed });

const reached = z.object({ connectionId: z.string(), tenantId: z.string(), name: z.string() });
const record = z.object({
  id: z.string(),
  memberId: z.string(),
  choices: z.array(reached),
  tokenExpiresAt: z.string(),
  at: z.string(),
  confirmBy: z.string(),
  /** It was confirmed or given up, and its secret may still be there. */
  used: z.literal(true).optional(),
});

/** What a person has allowed in Xero and has not confirmed yet. Its tokens lie in a secret of their own. */
export type Consent = z.infer<typeof record>;

/** A confirmation that began in time may still be under way when the time is up; a request lasts less than this. */
const underWayMs = 30_000;

/** Swept when its time is up, so that its tokens don't outlive it. */
export const consentGiven = (ws: string, consent: Consent): Write =>
  putNew('consent', {
    ...keys.xeroConsent(ws, consent.id),
    v: 1,
    ...consent,
    ...timedKeys('consent', ws, new Date(Date.parse(consent.confirmBy) + underWayMs).toISOString(), consent.id),
  });

/** Consents that wait to be confirmed, the newest first; those whose time is up are left out. */
export const readConsents =
  (table: Table) =>
  async (ws: string, now: string): Promise<Consent[]> => {
    const items = await table.queryAll({ partition: partitions.xeroConsents(ws), descending: true });
    return items.map((item) => record.parse(item)).filter(({ confirmBy, used }) => confirmBy > now && !used);
  };

export const readConsent =
  (table: Table) =>
  async (ws: string, id: string): Promise<Consent | undefined> => {
    const item = await table.get(keys.xeroConsent(ws, id));
    return item && record.parse(item);
  };

/**
 * Uses a consent up, for confirming it or for giving it up: only one of both succeeds. It stays due from `now` on until
 * `consentForgotten`, so that its secret goes even if whoever used it up dies.
 */
export const consentUsed = (ws: string, id: string, now: string): Write =>
  update(
    'consent',
    keys.xeroConsent(ws, id),
    { set: { used: true, ...timedKeys('consent', ws, now, id) } },
    { condition: 'attribute_exists(#pk) AND attribute_not_exists(#used)' },
  );

/** Once its secret is gone. */
export const consentForgotten = (ws: string, id: string): Write => remove('consent', keys.xeroConsent(ws, id));
