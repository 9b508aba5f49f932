import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxClock } from '../clock.ts';
import { Api } from './api.ts';
import { handleControl } from './control.ts';
import { StripeFailure } from './errors.ts';
import { Faults } from './faults.ts';
import { sendJson } from './http.ts';
import { watchExpiry } from './objects/checkout-sessions.ts';
import { handlePage } from './pages/routes.ts';
import { State } from './state.ts';
import { Webhooks, type WebhookEndpoint } from './webhooks.ts';
import { platformAccount, type World } from './world.ts';

export interface StripeSandboxOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Folder for what is to outlive the process; absent: memory. */
  dataDir?: string;
  clock: SandboxClock;
  /** The one key that is let in; `sk_live_…` makes everything live mode. */
  secretKey: string;
  /** Read at each delivery, so endpoints may be added later. */
  webhooks: readonly WebhookEndpoint[];
}

export interface StripeSandbox {
  /** Serves /v1, Checkout, onboarding, /_sandbox and the page for people; no trailing slash. */
  url: string;
  close(): Promise<void>;
}

/** Starts a Stripe of one's own on the loopback address. */
export async function startStripeSandbox(options: StripeSandboxOptions): Promise<StripeSandbox> {
  const { clock, secretKey, webhooks: endpoints } = options;
  const server = createServer();
  await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timers = new Set<() => void>();
  const world: World = {
    clock,
    state: new State(options.dataDir),
    url,
    livemode: secretKey.startsWith('sk_live_'),
    request: { id: null, idempotencyKey: null },
    outbox: [],
    nextRefundStatuses: [],
    endpointUrls: (account) =>
      endpoints.filter(({ connect }) => connect === (account !== platformAccount)).map((endpoint) => endpoint.url),
    later: (delayMs, change) => {
      const cancel = clock.setTimer(async () => {
        timers.delete(cancel);
        change();
        await commit();
      }, delayMs);
      timers.add(cancel);
    },
  };
  const faults = new Faults();
  const webhooks = new Webhooks(world, endpoints, faults);
  const sendEvents = (): Promise<void> => webhooks.send(world.outbox.splice(0));
  const commit = async (): Promise<void> => {
    await world.state.save();
    await sendEvents();
  };
  const api = new Api(world, { faults, secretKey, sendEvents });
  for (const { account, object: session } of world.state.sessions.rows())
    if (session.status === 'open') watchExpiry(world, account, session);
  webhooks.resume();
  const parts = { world, api, faults, webhooks, commit };
  server.on('request', (request, response) => void serve(parts, request, response));
  return {
    url,
    close: async () => {
      webhooks.stop();
      for (const cancel of timers) cancel();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await world.state.save();
    },
  };
}

async function serve(
  parts: { world: World; api: Api; faults: Faults; webhooks: Webhooks; commit: () => Promise<void> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', parts.world.url);
  try {
    if (!isLocal(request))
      return sendJson(response, 403, { error: { message: 'The sandbox answers on the loopback address only.' } });
    if (url.pathname.startsWith('/v1/')) await parts.api.handle(request, response, url);
    else if (url.pathname.startsWith('/_sandbox/'))
      await handleControl(parts, request, response, url.pathname.slice('/_sandbox'.length));
    else await handlePage(parts, request, response, url.pathname);
  } catch (error) {
    if (!(error instanceof StripeFailure)) console.error('The Stripe sandbox failed:', error);
    if (!response.headersSent)
      sendJson(response, error instanceof StripeFailure ? error.status : 500, { error: { message: 'Not understood.' } });
  }
}

/** A page elsewhere must not reach the sandbox under a name of its own, nor post to it from a browser. */
function isLocal(request: IncomingMessage): boolean {
  const host = request.headers.host?.replace(/:\d+$/, '');
  const site = request.headers['sec-fetch-site'];
  const isOwnPage = site === undefined || site === 'same-origin' || site === 'none' || request.method === 'GET';
  return (host === '127.0.0.1' || host === 'localhost') && isOwnPage;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
