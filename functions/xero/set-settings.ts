import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { mappingProblems, type Mapping } from '../../shared/domain/xero-mapping.ts';
import { audited } from '../../shared/store/audit.ts';
import { mustBeAt } from '../../shared/store/found.ts';
import { parseService, serviceKey } from '../../shared/store/services.ts';
import { readParkedWork } from '../../shared/store/waiting-work.ts';
import { requireVersion } from '../../shared/store/versioned.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { readXeroSettings, replaceXeroSettings, type XeroSettings } from '../../shared/store/xero-settings.ts';
import { listAccounts } from '../../shared/xero/list-accounts.ts';
import { listTaxRates } from '../../shared/xero/list-tax-rates.ts';
import { askXero, type OpenBooks } from './open-books.ts';
import { releaseParked } from './release-parked.ts';
import { settingsView } from './views.ts';
import { instantAt, type XeroWorld } from './world.ts';

const mapped = [
  'revenueAccount',
  'paymentAccount',
  'stripeAccount',
  'feeAccount',
  'escrowAccount',
  'billAccount',
  'expenseAccount',
  'purchaseTaxType',
  'payoutAccount',
  'serviceAccounts',
  'taxTypes',
] as const;

/** Lets a member of finance say where things belong in Xero; what Xero would refuse is refused here, by field. */
export const setSettings =
  (world: XeroWorld, open: OpenBooks) =>
  async ({ caller, body, ifMatch }: XeroCall<'setXeroSettings'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const before = await readXeroSettings(world.table)(ws);
    requireVersion(ifMatch, before.version);
    await requireServices(world, ws, Object.keys(body.serviceAccounts ?? {}));
    const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<XeroSettings>;
    const after = { ...before, ...changes, version: before.version + 1 };
    if (mapped.some((field) => changes[field] !== undefined)) await check(world, open, ws, after, changes);
    const at = instantAt(world);
    await world.table.commit([
      replaceXeroSettings(ws, before, changes),
      audited(ws, {
        id: world.newId('aud'),
        at,
        who: caller.memberId,
        what: 'xero-settings-changed',
        about: 'xero',
        text: 'The settings for Xero were changed',
        before: settingsView(before),
        after: settingsView(after),
      }),
    ]);
    await letBlockedGoOn(world, ws, changes.sendInvoices !== undefined);
    return { status: 200, etag: String(after.version), body: settingsView(after) };
  };

/** Refuses (`not-found`) a kind of work that this workspace doesn't have. */
const requireServices = async ({ table }: XeroWorld, ws: string, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  const found = await table.batchGet(ids.map((id) => serviceKey(ws, id)));
  for (const id of ids) mustBeAt(found, serviceKey(ws, id), parseService);
};

/** Only what is said anew is judged: an account that was archived since does not stop a change of something else. */
const check = async (
  world: XeroWorld,
  open: OpenBooks,
  ws: string,
  after: Mapping,
  changes: Partial<XeroSettings>,
): Promise<void> => {
  const connection = await readXeroConnection(world.table)(ws);
  const ledger = await askXero(world, open)(ws, connection, async (xero) => ({
    accounts: await listAccounts(xero),
    taxRates: await listTaxRates(xero),
  }));
  const problems = mappingProblems(after, ledger).filter(({ path }) =>
    mapped.some((field) => changes[field] !== undefined && (path === field || path.startsWith(`${field}.`))),
  );
  if (problems.length === 0) return;
  const words = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  refuse('xero-mapping-invalid', words, { errors: problems });
};

/** What was stopped by a setting, or by the policy for contacts, is tried again; what waits for its day is given a new one. */
const letBlockedGoOn = async (world: XeroWorld, ws: string, newCalendar: boolean): Promise<void> => {
  const parked = (await readParkedWork(world.table)(ws)).filter(
    ({ waitsFor }) => waitsFor === 'person' || waitsFor === 'contact' || (newCalendar && waitsFor === 'calendar'),
  );
  if (parked.length === 0) return;
  await releaseParked(world, ws, parked);
  await world.ring([ws]).catch(() => undefined);
};
