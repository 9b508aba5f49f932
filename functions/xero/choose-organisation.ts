import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { Refusal, refuse } from '../../shared/domain/refusal.ts';
import { proposeSeries, type Series } from '../../shared/domain/series.ts';
import { proposeMapping } from '../../shared/domain/xero-mapping.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { resolved } from '../../shared/store/notifications.ts';
import { foundAt } from '../../shared/store/found.ts';
import { parseSeries, seriesKey } from '../../shared/store/number-series.ts';
import { keyText } from '../../shared/store/table.ts';
import { waits } from '../../shared/store/waiting-work.ts';
import type { Write } from '../../shared/store/write.ts';
import {
  connectionFrom,
  replaceXeroConnection,
  xeroConnectionKey,
  type XeroConnection,
} from '../../shared/store/xero-connections.ts';
import { organisationFreed, organisationTaken, workspaceOfOrganisation } from '../../shared/store/xero-organisations.ts';
import { consentUsed, readConsents, type Consent } from '../../shared/store/xero-consents.ts';
import { replaceXeroSettings, settingsFrom, xeroSettingsKey, type XeroSettings } from '../../shared/store/xero-settings.ts';
import { openXero, type Xero } from '../../shared/xero/client.ts';
import { listAccounts } from '../../shared/xero/list-accounts.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { listLatestNumbers } from '../../shared/xero/list-numbers.ts';
import { listTaxRates } from '../../shared/xero/list-tax-rates.ts';
import { readOrganisation, type Organisation } from '../../shared/xero/read-organisation.ts';
import { lostAccessCause, readTokens, timesOf, writeTokens } from './access-token.ts';
import { connectionView } from './views.ts';
import { consentSecret, forgetConsent } from './withdraw-consent.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Confirms, for the admin who began it, in which organisation the books are; from then on documents go there. */
export const chooseOrganisation =
  (world: XeroWorld) =>
  async ({ caller, body, once }: XeroCall<'chooseXeroOrganisation'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const chosen = await choiceOf(world, caller, body);
    const { before, settings, consent, choice, different } = chosen;
    const name = consentSecret(ws, consent.id);
    const tokens = readTokens(await world.secrets.read(name, consent.id)) ?? refuseState();
    const xero = openXero({
      apiUrl: world.addresses.api,
      tenantId: choice.tenantId,
      accessToken: tokens.accessToken,
      timeoutMs: () => 10_000,
    });
    const organisation = await readOrganisation(xero);
    const proposed = different || isUnmapped(settings) ? await proposal(xero) : undefined;
    const proposedSeries = chosen.numbersGiven ? null : await seriesOf(xero);
    const versionId = world.newId('token-version');
    await world.secrets.write(ws, versionId, writeTokens(tokens));

    const now = instantAt(world);
    const { changed, refreshAt } = connectionAfter(world, chosen, organisation, versionId);
    const told = { ...changed, proposedSeries };
    const after = { ...before, ...told } as XeroConnection;
    const waiting = { urgent: 1, payments: 0, documents: 0, backfill: 0 };
    const reply: Reply = {
      status: 200,
      body: connectionView(after, { consents: [], waiting, now, numbersGiven: chosen.numbersGiven }),
    };
    const trail = {
      id: world.newId('aud'),
      at: now,
      who: caller.memberId,
      what: 'xero-connected',
      about: 'xero',
      text: `Connected to ${organisation.name} in Xero`,
    };
    await world.table.commit([
      answered(once, reply),
      consentUsed(ws, consent.id, now),
      replaceXeroConnection(ws, before, told, refreshAt),
      organisationTaken(ws, choice.tenantId, takenElsewhere),
      different && before.organisation ? organisationFreed(ws, before.organisation.tenantId) : undefined,
      proposed && replaceXeroSettings(ws, settings, proposed),
      pullWaits(ws, world.clock(), now),
      resolved(ws, lostAccessCause, now),
      audited(ws, trail),
    ]);
    await forgetConsent(world, ws, consent.id);
    await world.ring([ws]).catch(() => undefined);
    return reply;
  };

interface Chosen {
  readonly before: XeroConnection;
  readonly settings: XeroSettings;
  readonly consent: Consent;
  readonly choice: Consent['choices'][number];
  /** Whether the books were in another organisation up to now. */
  readonly different: boolean;
  /** Whether the workspace has numbered invoices already. */
  readonly numbersGiven: boolean;
}

/** What is being confirmed. Refuses what isn't this member's to confirm, is another workspace's, or would move the books unasked. */
const choiceOf = async (
  { table, ...world }: XeroWorld,
  { workspaceId: ws, memberId }: { workspaceId: string; memberId: string },
  { tenantId, confirmDifferent }: { tenantId: string; confirmDifferent?: boolean | undefined },
): Promise<Chosen> => {
  const found = await table.batchGet([xeroConnectionKey(ws), xeroSettingsKey(ws), seriesKey(ws, 'invoice')]);
  const before = connectionFrom(found.get(keyText(xeroConnectionKey(ws))));
  const settings = settingsFrom(found.get(keyText(xeroSettingsKey(ws))));
  const consent = chosenConsent(await readConsents(table)(ws, instantAt(world)), memberId, tenantId);
  const choice = consent.choices.find((one) => one.tenantId === tenantId) ?? refuseState();
  const owner = await workspaceOfOrganisation(table)(tenantId);
  if (owner !== undefined && owner !== ws) throw takenElsewhere();
  const different = before.organisation !== null && before.organisation.tenantId !== tenantId;
  if (different && !confirmDifferent) return refuseDifferent(before, choice.name);
  const numbersGiven = foundAt(found, seriesKey(ws, 'invoice'), parseSeries)?.used ?? true;
  return { before, settings, consent, choice, different, numbersGiven };
};

/** The same books go on where they stopped; other books begin anew. */
const connectionAfter = (
  world: XeroWorld,
  { before, choice, consent, different }: Chosen,
  organisation: Organisation,
  tokenVersionId: string,
): { changed: Partial<XeroConnection>; refreshAt: string } => {
  const expiresInSeconds = (Date.parse(consent.tokenExpiresAt) - world.clock()) / 1000;
  const { expiresAt, refreshedAt, refreshAt } = timesOf(world, { expiresInSeconds });
  const changed = {
    state: 'connected' as const,
    organisation: { ...choice, name: organisation.name },
    reason: null,
    tokenVersionId,
    tokenExpiresAt: expiresAt,
    refreshedAt,
    usedAt: refreshedAt,
    lockDate: organisation.lockDate ?? null,
    organisationReadAt: refreshedAt,
    ...noLimitsYet,
    ...(different
      ? { contactsUntil: null, contactsComplete: false, contactsPulledAt: null, reached: {}, lastSyncedAt: null }
      : {}),
    // Nothing of ours stands yet in books that are new to us: what matters is changed from now on.
    ...(different || before.organisation === null
      ? { invoicesUntil: refreshedAt, paymentsUntil: refreshedAt, quotesUntil: refreshedAt }
      : {}),
  };
  return { changed, refreshAt };
};

const pullWaits = (ws: string, version: number, now: string): Write =>
  waits(ws, { lane: 'urgent', kind: 'pull-contacts', documentId: 'contacts', version, dueAt: now, since: now });

const noLimitsYet = {
  dayLeft: null,
  dayMost: null,
  minuteLeft: null,
  limitsSeenAt: null,
  dayBeganAt: null,
  dayBeganWithinMs: null,
  paceAt: null,
  pausedUntil: null,
  outage: null,
  pauseCode: null,
  pauseEstimated: false,
} as const;

const refuseState = (): never =>
  refuse('xero-state-invalid', 'There is nothing to confirm: connect to Xero first, and confirm within 10 minutes');

/** Whoever allowed access at Xero need not be a member here; confirming is for the member who sent them there. */
const chosenConsent = (consents: readonly Consent[], memberId: string, tenantId: string): Consent => {
  const reaching = consents.filter(({ choices }) => choices.some((choice) => choice.tenantId === tenantId));
  const own = reaching.find((consent) => consent.memberId === memberId);
  if (own) return own;
  if (reaching.length > 0) return refuse('xero-state-invalid', 'Another member began this connection and has to confirm it');
  return refuseState();
};

const takenElsewhere = (): Refusal =>
  new Refusal('xero-organisation-taken', 'This organisation is connected to another workspace already');

const refuseDifferent = (before: XeroConnection, name: string): never =>
  refuse(
    'xero-different-organisation',
    `Up to now the books were in ${before.organisation?.name ?? 'another organisation'}. Nothing that is there will change; what comes from now on goes to ${name}. Confirm that it is meant so.`,
    { before: before.organisation && { tenantId: before.organisation.tenantId, name: before.organisation.name } },
  );

/** Nobody has said yet where anything belongs. */
const isUnmapped = ({ revenueAccount, paymentAccount, taxTypes }: XeroSettings): boolean =>
  revenueAccount === null && paymentAccount === null && Object.keys(taxTypes).length === 0;

/** A series that carries on with the organisation's numbers. Not worth failing for: the workspace has one of its own. */
const seriesOf = async (xero: Xero): Promise<Series | null> => {
  try {
    return proposeSeries(await listLatestNumbers(xero)) ?? null;
  } catch (error) {
    if (error instanceof XeroError) return null;
    throw error;
  }
};

/** Settings with which documents can be sent at once. What a person said about statuses and policies stays. */
const proposal = async (xero: Xero): Promise<Partial<XeroSettings>> => {
  const accounts = await listAccounts(xero);
  const taxRates = await listTaxRates(xero);
  return { ...proposeMapping({ accounts, taxRates }) };
};
