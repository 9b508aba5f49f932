import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { readXeroConnection, type XeroConnection } from '../../shared/store/xero-connections.ts';
import { readXeroSettings } from '../../shared/store/xero-settings.ts';
import { openXero, type Xero } from '../../shared/xero/client.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { findInvoicesByNumber } from '../../shared/xero/find-invoices.ts';
import { listContacts } from '../../shared/xero/list-contacts.ts';
import { readOrganisation } from '../../shared/xero/read-organisation.ts';
import type { AccessTokens } from './access-token.ts';
import { instantAt, type XeroWorld } from './world.ts';

interface Check {
  name: string;
  ok: boolean;
  problem: string | null;
  mend: string | null;
}

const fine = (name: string): Check => ({ name, ok: true, problem: null, mend: null });
const wrong = (name: string, problem: string, mend: string): Check => ({ name, ok: false, problem, mend });
const connectAgain = 'Connect to Xero again and allow everything that is asked for.';

/** Checks the connection for a member of finance without changing anything: who we are, where we are, what we may. */
export const testConnection =
  (world: XeroWorld, tokens: AccessTokens) =>
  async ({ caller }: XeroCall<'testXeroConnection'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const connection = await readXeroConnection(world.table)(ws);
    return { status: 200, body: { checks: await checksOf(world, tokens, ws, connection) } };
  };

const checksOf = async (world: XeroWorld, tokens: AccessTokens, ws: string, connection: XeroConnection): Promise<Check[]> => {
  if (connection.state === 'disconnected' || !connection.organisation)
    return [wrong('connection', 'This workspace is not connected to Xero', 'Connect to Xero.')];
  if (connection.state === 'needs-reconnect')
    return [wrong('credentials', connection.reason ?? 'Xero does not let us in any more', connectAgain)];
  if ((connection.pausedUntil ?? '') > instantAt(world))
    return [
      fine('credentials'),
      wrong('limits', `Xero takes no calls before ${connection.pausedUntil ?? ''}`, 'Wait; what waits goes on by itself.'),
    ];
  let accessToken: string;
  try {
    accessToken = await tokens.get(ws, connection);
  } catch (error) {
    return [credentialsFailed(error)];
  }
  const xero = openXero({
    apiUrl: world.addresses.api,
    tenantId: connection.organisation.tenantId,
    accessToken,
    timeoutMs: () => 6_000,
  });
  return withToken(world, ws, xero);
};

const withToken = async (world: XeroWorld, ws: string, xero: Xero): Promise<Check[]> => {
  const organisation = await tried('organisation', async () => {
    const { active, name } = await readOrganisation(xero);
    return active ? undefined : wrong('organisation', `${name} is not active in Xero`, 'Renew its subscription in Xero.');
  });
  if (!organisation.ok) return [...(organisation.name === 'credentials' ? [] : [fine('credentials')]), organisation];
  const settings = await readXeroSettings(world.table)(ws);
  return [
    fine('credentials'),
    organisation,
    await tried(
      'permission for contacts',
      async () => void (await listContacts(xero, { page: 1, changedSince: instantAt(world) })),
    ),
    await tried('permission for invoices', async () => void (await findInvoicesByNumber(xero, ['connection-test']))),
    settings.revenueAccount === null || settings.paymentAccount === null
      ? wrong('settings', 'No revenue account or no payment account is chosen', 'Choose both in the settings for Xero.')
      : fine('settings'),
  ];
};

/** One read-only call, and what its failure means for a person. */
const tried = async (name: string, call: () => Promise<Check | undefined | void>): Promise<Check> => {
  try {
    return (await call()) ?? fine(name);
  } catch (error) {
    if (!(error instanceof XeroError)) throw error;
    switch (error.code) {
      case 'unauthorized':
        return wrong('credentials', 'Xero does not accept our token', connectAgain);
      case 'forbidden':
        return name === 'organisation'
          ? wrong(
              name,
              'Xero does not let us into this organisation: access was withdrawn there, or a permission is missing',
              connectAgain,
            )
          : wrong(name, 'This permission was not allowed, or the person who allowed it lost it in Xero', connectAgain);
      case 'minute-limit':
      case 'day-limit':
      case 'concurrent-limit':
      case 'app-limit':
        return wrong('limits', 'Xero takes no more calls at this moment', 'Wait a while; what waits goes on by itself.');
      default:
        return wrong(
          name,
          'Xero did not answer as it should',
          'Try again in a few minutes. status.xero.com tells whether Xero is down.',
        );
    }
  }
};

const credentialsFailed = (error: unknown): Check => {
  if (error instanceof Refusal) return wrong('credentials', error.message, connectAgain);
  if (error instanceof OutsideError)
    return wrong('credentials', 'The token could not be renewed at this moment', 'Try again in a few minutes.');
  throw error;
};
