import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { consentBegun, consentMinutes } from '../../shared/store/xero-consents.ts';
import { authorizationUrl } from '../../shared/xero/oauth.ts';
import type { XeroWorld } from './world.ts';

/** Tells an admin where to go in order to allow access to Xero. */
export const connectXero =
  (
    world: XeroWorld,
    { randomToken, appUrls, redirectUri }: { randomToken: () => string; appUrls: readonly string[]; redirectUri: string },
  ) =>
  async ({ caller, body, once }: XeroCall<'connectXero'>): Promise<Reply> => {
    const returnUrl = body.returnUrl ?? appUrls[0] ?? redirectUri;
    if (!mayReturnTo(returnUrl, appUrls))
      return refuseFields({ path: 'returnUrl', message: 'is not an address that may be returned to' });
    const state = randomToken();
    const { clientId } = await world.app();
    const reply: Reply = {
      status: 200,
      body: { authorizationUrl: authorizationUrl(world.addresses.login, { clientId, redirectUri, state }) },
    };
    await world.table.commit([
      answered(once, reply),
      consentBegun(state, {
        workspaceId: caller.workspaceId,
        memberId: caller.memberId,
        returnUrl,
        expiresAt: Math.floor(world.clock() / 1000) + consentMinutes * 60,
      }),
    ]);
    return reply;
  };

/** Only the places of the product itself, judged by their whole origin: a prefix would let look-alikes through. */
const mayReturnTo = (returnUrl: string, appUrls: readonly string[]): boolean => {
  if (appUrls.includes(returnUrl)) return true;
  if (!URL.canParse(returnUrl)) return false;
  const { origin, username, password } = new URL(returnUrl);
  return username === '' && password === '' && appUrls.some((allowed) => new URL(allowed).origin === origin);
};
