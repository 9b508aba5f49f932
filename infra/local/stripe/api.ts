import type { IncomingMessage, ServerResponse } from 'node:http';
import { StripeFailure } from './errors.ts';
import type { CallFault, Faults } from './faults.ts';
import { sendJson } from './http.ts';
import { Idempotency, fingerprintOf } from './idempotency.ts';
import { newId } from './ids.ts';
import { header, readIncoming, type Incoming } from './incoming.ts';
import { RequestLog, shownHeaders, type LoggedRequest } from './request-log.ts';
import { findRoute } from './routes.ts';
import { apiVersion, emit, platformAccount, type World } from './world.ts';

interface Answer {
  status: number;
  body: object;
  headers: Record<string, string>;
}

const lateCommitMs = 10_000;

/** The REST API under /v1. */
export class Api {
  readonly log = new RequestLog();
  readonly #world: World;
  readonly #faults: Faults;
  readonly #idempotency: Idempotency;
  readonly #secretKey: string;
  readonly #sendEvents: () => Promise<void>;

  constructor(world: World, parts: { faults: Faults; secretKey: string; sendEvents: () => Promise<void> }) {
    this.#world = world;
    this.#faults = parts.faults;
    this.#secretKey = parts.secretKey;
    this.#sendEvents = parts.sendEvents;
    this.#idempotency = new Idempotency(world);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const requestId = newId('req', 14);
    const method = request.method ?? 'GET';
    const entry = this.log.note({
      at: new Date(this.#world.clock.now()).toISOString(),
      tenantId: header(request, 'stripe-account') ?? null,
      method,
      path: url.pathname,
      query: {},
      headers: shownHeaders(request.headers),
      body: {},
      status: null,
    });
    const fault = this.#faults.takeForCall(method, url.pathname);
    let incoming: Incoming;
    try {
      incoming = await readIncoming({ world: this.#world, secretKey: this.#secretKey, request, url, requestId, entry });
    } catch (error) {
      this.#answer(response, entry, this.#refusal(error, requestId));
      return;
    }
    if (fault === undefined) return this.#run(incoming, response, entry);
    await this.#runWith(fault, incoming, response, entry);
  }

  async #run(incoming: Incoming, response: ServerResponse, entry: LoggedRequest): Promise<void> {
    const answer = await this.#execute(incoming);
    this.#answer(response, entry, answer);
    await this.#sendEvents();
  }

  /** Runs the call, stores what it changed and keeps the answer under its key. */
  async #execute(incoming: Incoming): Promise<Answer> {
    const { account, key, requestId, method } = incoming;
    const headers = this.#headers(incoming);
    const fingerprint = fingerprintOf(method, incoming.path, incoming.encoded);
    let answer: Answer;
    try {
      const saved = key === undefined ? undefined : this.#idempotency.find(account, key, fingerprint);
      if (saved !== undefined) {
        return {
          status: saved.status,
          body: saved.body,
          headers: { ...headers, 'idempotent-replayed': 'true', 'original-request': saved.requestId },
        };
      }
      answer = { status: 200, body: structuredClone(this.#call(incoming)), headers };
    } catch (error) {
      answer = { ...this.#refusal(error, requestId), headers };
      if (error instanceof StripeFailure && error.beforeExecution) return answer;
    }
    if (key !== undefined)
      this.#idempotency.keep(account, key, { fingerprint, status: answer.status, body: answer.body, requestId });
    if (method === 'POST') await this.#world.state.save();
    return answer;
  }

  #call({ method, path, account, params, requestId, key }: Incoming): object {
    const found = findRoute(method, path);
    if (found === undefined) {
      throw new StripeFailure({ status: 404, message: `Unrecognized request URL (${method}: ${path}).`, beforeExecution: true });
    }
    this.#world.request = { id: requestId, idempotencyKey: key ?? null };
    try {
      return found.route.run({ world: this.#world, account, id: found.id, params });
    } finally {
      this.#world.request = { id: null, idempotencyKey: null };
    }
  }

  async #runWith(fault: CallFault, incoming: Incoming, response: ServerResponse, entry: LoggedRequest): Promise<void> {
    const { account, key, requestId } = incoming;
    const refuse = (failure: StripeFailure): void =>
      this.#answer(response, entry, { ...this.#refusal(failure, requestId), headers: this.#headers(incoming) });
    switch (fault) {
      case 'hang':
        return;
      case 'drop-answer':
        await this.#execute(incoming);
        response.destroy();
        return this.#sendEvents();
      case 'late-commit':
        response.destroy();
        if (key !== undefined) this.#idempotency.begin(account, key);
        this.#world.clock.setTimer(async () => {
          if (key !== undefined) this.#idempotency.end(account, key);
          await this.#execute(incoming);
          await this.#sendEvents();
        }, lateCommitMs);
        return;
      case 'truncated': {
        const answer = await this.#execute(incoming);
        const whole = Buffer.from(JSON.stringify(answer.body, null, 2));
        response.writeHead(answer.status, {
          ...answer.headers,
          'content-type': 'application/json',
          'content-length': whole.length,
        });
        response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.destroy());
        entry.status = answer.status;
        return this.#sendEvents();
      }
      case 'html':
        entry.status = 502;
        response.writeHead(502, { 'content-type': 'text/html' });
        response.end('<html><body><h1>502 Bad Gateway</h1></body></html>');
        return;
      case 'server-error':
        return refuse(new StripeFailure({ status: 500, type: 'api_error', message: 'An unexpected error occurred.' }));
      case 'concurrent-limit':
        return refuse(
          new StripeFailure({ status: 429, code: 'lock_timeout', message: 'The object is in use by another request.' }),
        );
      case 'minute-limit':
        return refuse(
          new StripeFailure({ status: 429, type: 'rate_limit_error', code: 'rate_limit', message: 'Too many requests.' }),
        );
      case 'revoke':
        this.#revoke(account);
        await this.#world.state.save();
        refuse(
          new StripeFailure({ status: 403, code: 'account_invalid', message: `Access to account '${account}' was revoked.` }),
        );
        return this.#sendEvents();
    }
  }

  /** The owner of a connected account takes the platform's access away. */
  #revoke(account: string): void {
    if (account === platformAccount) return;
    emit(this.#world, account, 'account.application.deauthorized', {
      id: 'ca_Sandbox',
      object: 'application',
      name: 'Sandbox platform',
    });
    this.#world.state.accounts.delete(account);
  }

  #headers({ requestId, account, key }: Incoming): Record<string, string> {
    return {
      'request-id': requestId,
      'stripe-version': apiVersion,
      ...(account === platformAccount ? {} : { 'stripe-account': account }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
  }

  #refusal(error: unknown, requestId: string): Answer {
    const known = error instanceof StripeFailure;
    if (!known) console.error('The Stripe sandbox failed:', error);
    const failure = known
      ? error
      : new StripeFailure({ status: 500, type: 'api_error', message: 'The sandbox itself failed; see its output.' });
    return {
      status: failure.status,
      body: failure.body(),
      headers: { 'request-id': requestId, 'stripe-version': apiVersion },
    };
  }

  #answer(response: ServerResponse, entry: LoggedRequest, answer: Answer): void {
    entry.status = answer.status;
    sendJson(response, answer.status, answer.body, answer.headers);
  }
}
