import { Conflict } from '../../shared/domain/conflict.ts';
import { workspaceOfOrganisation } from '../../shared/store/xero-organisations.ts';
import { consentForgotten, consentUsed, readConsent } from '../../shared/store/xero-consents.ts';
import { listConnections, revoke, type Reached } from '../../shared/xero/oauth.ts';
import { readTokens } from './access-token.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** The secret in which the tokens of an unconfirmed consent lie. */
export const consentSecret = (workspaceId: string, consentId: string): string => `${workspaceId}/${consentId}`;

/**
 * Gives up an access that was allowed and not confirmed in time. Revoking ends every connection of the person who allowed it, so
 * it is only done where no workspace uses one of them; else the tokens are forgotten and nothing more.
 */
export const withdrawConsent =
  (world: XeroWorld) =>
  async (workspaceId: string, consentId: string): Promise<void> => {
    const consent = await readConsent(world.table)(workspaceId, consentId);
    if (!consent) return;
    if (consent.used) return forgetConsent(world, workspaceId, consentId);
    const name = consentSecret(workspaceId, consentId);
    const tokens = readTokens(await world.secrets.read(name, consentId));
    if (tokens && !(await isAnyInUse(world, await reached(world, consent, tokens))))
      await revoke(world.http, world.addresses.identity, await world.app(), tokens.refreshToken);
    try {
      await world.table.commit([consentUsed(workspaceId, consentId, instantAt(world))]);
    } catch (error) {
      // It was confirmed at the last moment; its tokens are the connection's by now.
      if (error instanceof Conflict) return;
      throw error;
    }
    await forgetConsent(world, workspaceId, consentId);
  };

/** Removes the tokens of a consent that was used up, then the consent. May be done again at any time. */
export const forgetConsent = async ({ secrets, table }: XeroWorld, workspaceId: string, consentId: string): Promise<void> => {
  await secrets.remove(consentSecret(workspaceId, consentId));
  await table.commit([consentForgotten(workspaceId, consentId)]);
};

/** Everything the person has connected, not only what they did this time. */
const reached = async (
  world: XeroWorld,
  consent: { choices: readonly Reached[]; tokenExpiresAt: string },
  tokens: { accessToken: string },
): Promise<readonly Reached[]> => {
  if (consent.tokenExpiresAt <= instantAt(world)) return consent.choices;
  return listConnections(world.http, world.addresses.api, tokens.accessToken);
};

const isAnyInUse = async (world: XeroWorld, organisations: readonly Reached[]): Promise<boolean> => {
  for (const { tenantId } of organisations) if ((await workspaceOfOrganisation(world.table)(tenantId)) !== undefined) return true;
  return false;
};
