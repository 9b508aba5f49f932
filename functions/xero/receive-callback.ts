import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { Refusal } from '../../shared/domain/refusal.ts';
import { consentGiven, consentMinutes, readBegunConsent, stateUsed } from '../../shared/store/xero-consents.ts';
import { consentOf, exchangeCode, GrantInvalid, listConnections, type Tokens } from '../../shared/xero/oauth.ts';
import { writeTokens } from './access-token.ts';
import { consentSecret } from './withdraw-consent.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Takes a browser back from Xero's page and leaves a choice, which the member who began it has to confirm under sign-in. */
export const receiveCallback =
  (world: XeroWorld, { redirectUri }: { redirectUri: string }) =>
  async ({ query }: XeroCall<'xeroCallback'>): Promise<Reply> => {
    const { state = '', code, error } = query;
    const begun = await readBegunConsent(world.table)(state, world.clock());
    if (!begun) throw invalidState();
    // Used up before anything is asked of Xero: a state that comes twice finds nothing the second time.
    await world.table.commit([stateUsed(state, invalidState)]);
    if (error !== undefined || code === undefined) return backTo(begun.returnUrl, 'denied');

    const tokens = await exchange(world, code, redirectUri);
    const choices = await reachedBy(world, tokens);
    if (choices.length === 0) return backTo(begun.returnUrl, 'no-organisation');
    const id = world.newId('token-version');
    const { memberId, workspaceId } = begun;
    await world.table.commit([
      consentGiven(workspaceId, {
        id,
        memberId,
        choices,
        tokenExpiresAt: instantAt(world, tokens.expiresInSeconds * 1000),
        at: instantAt(world),
        confirmBy: instantAt(world, consentMinutes * 60_000),
      }),
    ]);
    await world.secrets.write(consentSecret(workspaceId, id), id, writeTokens(tokens));
    return backTo(begun.returnUrl, 'choose');
  };

const invalidState = (): Refusal =>
  new Refusal('xero-state-invalid', 'This way to Xero was used, is older than 10 minutes, or never began here. Connect again.');

const exchange = async (world: XeroWorld, code: string, redirectUri: string): Promise<Tokens> => {
  try {
    return await exchangeCode(world.http, world.addresses.identity, await world.app(), { code, redirectUri });
  } catch (error) {
    throw error instanceof GrantInvalid ? invalidState() : error;
  }
};

/** What this consent has allowed; an organisation that was allowed before may not be named with it. */
const reachedBy = async (world: XeroWorld, { accessToken }: Tokens) => {
  const consent = consentOf(accessToken);
  const named = consent === undefined ? [] : await listConnections(world.http, world.addresses.api, accessToken, consent);
  return named.length > 0 ? named : listConnections(world.http, world.addresses.api, accessToken);
};

/** Back into the product, with a word on how it went. */
const backTo = (returnUrl: string, outcome: 'choose' | 'denied' | 'no-organisation'): Reply => {
  const url = new URL(returnUrl);
  url.searchParams.set('xero', outcome);
  return { status: 303, headers: { location: url.toString(), 'referrer-policy': 'no-referrer' } };
};
