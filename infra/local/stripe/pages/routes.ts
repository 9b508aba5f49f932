import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseForm } from '../form.ts';
import { readBody, redirect, sendPage } from '../http.ts';
import { onboard, type OnboardingOutcome } from '../objects/accounts.ts';
import { pay, type PayOutcome } from '../objects/payments.ts';
import { secondsNow, type World } from '../world.ts';
import { checkoutPage } from './checkout.ts';
import { homePage } from './home.ts';
import { html, page } from './layout.ts';
import { onboardingPage } from './onboarding.ts';

export interface PageParts {
  world: World;
  /** Stores what changed and sends its events. */
  commit: () => Promise<void>;
}

/** Pages for people: what the sandbox holds, Checkout, onboarding. */
export async function handlePage(
  parts: PageParts,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const isPost = request.method === 'POST';
  const outcome = isPost ? parseForm(await readBody(request))['outcome'] : undefined;
  const [, sessionId] = /^\/c\/pay\/([^/]+)$/.exec(path) ?? [];
  if (sessionId !== undefined) return checkout(parts, response, sessionId, isPost, outcome);
  const [, linkId] = /^\/setup\/([^/]+)$/.exec(path) ?? [];
  if (linkId !== undefined) return onboarding(parts, response, linkId, isPost, outcome);
  if (path === '/' && !isPost) return sendPage(response, 200, homePage(parts.world));
  sendPage(
    response,
    404,
    page(
      'Not found',
      html`<h1>There is no such page</h1>
        <p><a href="/">What the sandbox holds</a></p>`,
    ),
  );
}

const payOutcomes: readonly unknown[] = ['paid', 'declined', 'processing'] satisfies PayOutcome[];
const onboardingOutcomes: readonly unknown[] = ['complete', 'review', 'later'] satisfies OnboardingOutcome[];
const isPayOutcome = (value: unknown): value is PayOutcome => payOutcomes.includes(value);
const isOnboardingOutcome = (value: unknown): value is OnboardingOutcome => onboardingOutcomes.includes(value);

async function checkout(
  { world, commit }: PageParts,
  response: ServerResponse,
  id: string,
  isPost: boolean,
  outcome: unknown,
): Promise<void> {
  const row = world.state.sessions.locate(id);
  if (row === undefined) return sendPage(response, 404, page('Not found', html`<h1>There is no such payment</h1>`));
  const { account, object: session } = row;
  if (!isPost || session.status !== 'open') return sendPage(response, isPost ? 409 : 200, checkoutPage(world, account, session));
  if (!isPayOutcome(outcome))
    return sendPage(response, 400, page('Not understood', html`<h1>outcome must be paid, declined or processing</h1>`));
  pay(world, account, session, outcome);
  // Checkout, too, waits for the first answers to its webhooks before it sends the payer back.
  await commit();
  if (outcome === 'declined') return sendPage(response, 402, checkoutPage(world, account, session, true));
  redirect(response, (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id));
}

async function onboarding(
  { world, commit }: PageParts,
  response: ServerResponse,
  id: string,
  isPost: boolean,
  outcome: unknown,
): Promise<void> {
  const link = world.state.accountLinks.locate(id)?.object;
  const account = link === undefined ? undefined : world.state.accounts.locate(link.account)?.object;
  if (link === undefined || account === undefined)
    return sendPage(response, 404, page('Not found', html`<h1>There is no such link</h1>`));
  if (link.used || link.expiresAt <= secondsNow(world)) return redirect(response, link.refreshUrl);
  if (!isPost) return sendPage(response, 200, onboardingPage(account));
  link.used = true;
  onboard(world, account, isOnboardingOutcome(outcome) ? outcome : 'complete');
  await commit();
  redirect(response, link.returnUrl);
}
