/** Starts the Xero sandbox: accounting, identity, control calls and a page for people on one loopback address. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiReply, apiRoot, tooManyRequests } from './api.ts';
import type { Reply } from './api-call.ts';
import { openSandbox } from './assemble.ts';
import { controlReply } from './control.ts';
import { forbidden } from './doors.ts';
import type { Fault } from './faults.ts';
import type { Rendered } from './http.ts';
import { readCall, render, send } from './http.ts';
import { identityReply } from './identity-endpoints.ts';
import { pageReply } from './page.ts';
import type { HttpCall } from './http-call.ts';
import type { Sandbox, XeroSandboxOptions } from './sandbox.ts';

export type { XeroSandboxOptions } from './sandbox.ts';

export interface XeroSandbox {
  /** Base address, without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

const maintenance =
  '<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>We will be back soon</h1></body></html>';

const outsideReply = (sandbox: Sandbox, call: HttpCall, inFlight: number, fault?: Fault): Reply => {
  if (!call.path.startsWith(apiRoot)) return identityReply(sandbox, call) ?? { status: 404, body: '' };
  const badElement =
    fault?.fault === 'bad-element' ? { index: fault.element, message: fault.message ?? 'This element was refused.' } : undefined;
  return apiReply(sandbox, call, { inFlight, badElement });
};

const asks = ({ headers }: HttpCall, type: string): boolean => headers['accept']?.includes(type) ?? false;

const renderFor = (sandbox: Sandbox, call: HttpCall, reply: Reply): Rendered => {
  const isApi = call.path.startsWith(apiRoot);
  const tenantId = call.headers['xero-tenant-id'];
  const asXml = isApi && !asks(call, 'application/json') && !asks(call, 'application/pdf');
  return render(reply, {
    asXml,
    headers: isApi && tenantId && sandbox.organisations.get(tenantId) ? sandbox.limiter.headers(tenantId) : {},
  });
};

/** The app is thrown out: of the organisation, or for token calls of the whole grant. */
const revoke = (sandbox: Sandbox, call: HttpCall): Reply => {
  const tenantId = call.headers['xero-tenant-id'];
  if (tenantId) sandbox.identity.disconnect(tenantId);
  else sandbox.identity.revoke(call.form.get('refresh_token') ?? '');
  return call.path === '/connect/token'
    ? { status: 400, json: { error: 'invalid_grant' } }
    : forbidden('AuthenticationUnsuccessful');
};

/** A reply that a fault gives instead of the real one; undefined when the work is to be done. */
const faultReply = (sandbox: Sandbox, call: HttpCall, { fault, seconds, status }: Fault): Reply | undefined => {
  const tenantId = call.headers['xero-tenant-id'] ?? '';
  switch (fault) {
    case 'concurrent-limit':
      return tooManyRequests({ problem: 'concurrent' });
    case 'app-limit':
      return tooManyRequests({ problem: 'appminute', retryAfter: seconds ?? 20 });
    case 'minute-limit':
      return tooManyRequests({ problem: 'minute', retryAfter: seconds ?? 30 });
    case 'day-limit': {
      const reply = tooManyRequests({ problem: 'day', retryAfter: seconds ?? sandbox.limiter.secondsToNewDay(tenantId) });
      return { ...reply, headers: { ...reply.headers, 'x-daylimit-remaining': '0' } };
    }
    case 'server-error':
      return {
        status: status ?? 500,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: 'An error occurred in Xero.',
      };
    case 'html':
      return { status: status ?? 503, headers: { 'content-type': 'text/html; charset=utf-8' }, body: maintenance };
    case 'revoke':
      return revoke(sandbox, call);
    default:
      return undefined;
  }
};

const untilClosed = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once('close', () => resolve()));

/** Answers a call from outside, through the fault that hits it. Returns what went out; undefined when nothing did. */
const answerOutside = async (
  sandbox: Sandbox,
  call: HttpCall,
  response: ServerResponse,
  inFlight: number,
  fault?: Fault,
): Promise<Rendered | undefined> => {
  const work = (): Reply => {
    const reply = sandbox.store.attempt(() => outsideReply(sandbox, call, inFlight, fault));
    sandbox.store.commit();
    return reply;
  };
  if (fault?.fault === 'hang') {
    await untilClosed(response);
    return undefined;
  }
  if (fault?.fault === 'late-commit') {
    sandbox.clock.setTimer(() => void work(), (fault.seconds ?? 10) * 1000);
    response.destroy();
    return undefined;
  }
  const instead = fault && faultReply(sandbox, call, fault);
  if (fault?.commit || !instead) {
    const reply = work();
    if (fault?.fault === 'drop-answer') {
      response.destroy();
      return undefined;
    }
    if (fault?.fault === 'slow') await sleep((fault.seconds ?? 6) * 1000);
    if (!instead) {
      const rendered = renderFor(sandbox, call, reply);
      const half = rendered.body.subarray(0, Math.floor(rendered.body.length / 2));
      send(response, fault?.fault === 'truncated' ? { ...rendered, body: half } : rendered);
      return rendered;
    }
  }
  sandbox.store.commit();
  const rendered = renderFor(sandbox, call, instead);
  send(response, rendered);
  return rendered;
};

const createHandler = (sandbox: Sandbox) => {
  const inFlight = new Map<string, number>();
  const outside = async (call: HttpCall, response: ServerResponse): Promise<void> => {
    const tenantId = call.headers['xero-tenant-id'] ?? '';
    const entry = sandbox.requests.add(sandbox.clock.now(), call);
    const isApi = call.path.startsWith(apiRoot);
    const count = (change: number): number => {
      const now = (inFlight.get(tenantId) ?? 0) + change;
      inFlight.set(tenantId, now);
      return now;
    };
    const current = isApi ? count(1) : 1;
    try {
      const fault = sandbox.faults.take({ method: call.method, target: call.target, tenantId });
      if (fault) entry.fault = fault.fault;
      if (isApi && sandbox.settings.latencyMs > 0) await sleep(sandbox.settings.latencyMs);
      const answer = await answerOutside(sandbox, call, response, current, fault);
      entry.status = answer?.status ?? 0;
      sandbox.options.observe?.({ ...entry, answer });
    } finally {
      if (isApi) count(-1);
    }
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const call = await readCall(request);
      if (call.path.startsWith('/_sandbox/')) return send(response, render(await controlReply(sandbox, call)));
      if (call.path === '/' || call.path.startsWith('/org/')) return send(response, render(pageReply(sandbox, call)));
      await outside(call, response);
    } catch (error) {
      if (!response.headersSent)
        send(response, render({ status: 500, json: { message: error instanceof Error ? error.message : 'failed' } }));
      else response.destroy();
    }
  };
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** Starts a sandbox. With `dataDir` it goes on where the last one there stopped. */
export const startXeroSandbox = async (options: XeroSandboxOptions): Promise<XeroSandbox> => {
  let url = '';
  const sandbox = openSandbox(options, () => url);
  const server = createServer(createHandler(sandbox));
  // Longer than any client keeps an idle connection: reusing one that was just closed looks like a lost answer.
  server.keepAliveTimeout = 70_000;
  url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    url,
    close: async () => {
      sandbox.webhooks.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      sandbox.store.commit();
      sandbox.store.close();
    },
  };
};
