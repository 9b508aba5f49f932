import Stripe from 'stripe';
import type { Faults } from './faults.ts';
import { shownEvent } from './objects/events.ts';
import type { Delivery, StoredEvent } from './state.ts';
import { secondsNow, type World } from './world.ts';

export interface WebhookEndpoint {
  url: string;
  secret: string;
  /** True: gets the events of connected accounts. False: gets those of the platform's own account. */
  connect: boolean;
}

/** Waits before the next attempt, in seconds: exponential at first, then every twelve hours until three days have passed. */
const waitsSeconds = [60, 300, 1_800, 7_200, 18_000, 36_000];
const longestWaitSeconds = 43_200;
const givenUpAfterSeconds = 3 * 24 * 3_600;
const answerTimeoutMs = 20_000;
const repeats = 5;

/** Brings events to the endpoints: at least once, in no promised order, again and again until a 2xx. */
export class Webhooks {
  readonly #world: World;
  readonly #endpoints: readonly WebhookEndpoint[];
  readonly #faults: Faults;
  readonly #stopped = new AbortController();
  readonly #timers = new Set<() => void>();

  /** `endpoints` is read at each delivery, so entries may be added while the sandbox runs. */
  constructor(world: World, endpoints: readonly WebhookEndpoint[], faults: Faults) {
    this.#world = world;
    this.#endpoints = endpoints;
    this.#faults = faults;
  }

  /** Sends the events of one change; resolves when each had its first attempt. */
  async send(events: readonly StoredEvent[]): Promise<void> {
    const inReverse = events.length > 1 && this.#faults.takeForWebhook('', ['reorder-webhooks']) !== undefined;
    if (inReverse) for (const event of [...events].reverse()) await this.#first(event);
    else await Promise.all(events.map((event) => this.#first(event)));
    await this.#world.state.save();
  }

  /** Sends an event once more to every endpoint that should have it, whatever became of it before. */
  async resend(event: StoredEvent): Promise<void> {
    await Promise.all(event.deliveries.map((delivery) => this.#attempt(event, delivery)));
    await this.#world.state.save();
  }

  /** Takes up what was on its way when the sandbox stopped. */
  resume(): void {
    for (const { object: event } of this.#world.state.events.rows()) {
      for (const delivery of event.deliveries) {
        if (delivery.state !== 'pending') continue;
        this.#later(event, delivery, Math.max(0, (delivery.nextAttemptAt ?? 0) - this.#world.clock.now()));
      }
    }
  }

  stop(): void {
    this.#stopped.abort();
    for (const cancel of this.#timers) cancel();
  }

  async #first(event: StoredEvent): Promise<void> {
    const fault =
      event.deliveries.length === 0 ? undefined : this.#faults.takeForWebhook(event.type, ['lose-webhook', 'repeat-webhook']);
    if (fault === 'lose-webhook') {
      for (const delivery of event.deliveries) delivery.state = 'lost';
      return;
    }
    const times = fault === 'repeat-webhook' ? repeats : 1;
    await Promise.all(
      event.deliveries.flatMap((delivery) => Array.from({ length: times }, () => this.#attempt(event, delivery))),
    );
  }

  async #attempt(event: StoredEvent, delivery: Delivery): Promise<void> {
    const endpoint = this.#endpoints.find(
      ({ url, connect }) => url === delivery.url && connect === (event.account !== undefined),
    );
    if (endpoint === undefined) {
      delivery.state = 'failed';
      return;
    }
    const status = await this.#post(event, endpoint);
    if (this.#stopped.signal.aborted) return;
    delivery.attempts.push({ at: this.#world.clock.now(), status });
    if (status >= 200 && status < 300) {
      delivery.state = 'delivered';
      delivery.nextAttemptAt = null;
    } else if (delivery.state === 'pending') this.#retry(event, delivery);
  }

  /** The status of the answer; 0 when there was none. */
  async #post(event: StoredEvent, { url, secret }: WebhookEndpoint): Promise<number> {
    const payload = JSON.stringify(shownEvent(event), null, 2);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: secondsNow(this.#world) });
    try {
      const response = await fetch(url, {
        method: 'POST',
        body: payload,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': signature,
          'user-agent': 'Stripe/1.0 (sandbox)',
        },
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(answerTimeoutMs), this.#stopped.signal]),
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  #retry(event: StoredEvent, delivery: Delivery): void {
    const now = this.#world.clock.now();
    if (delivery.nextAttemptAt !== null && delivery.nextAttemptAt > now) return;
    const waitMs = (waitsSeconds[delivery.attempts.length - 1] ?? longestWaitSeconds) * 1_000;
    if (now + waitMs > (event.created + givenUpAfterSeconds) * 1_000) {
      delivery.state = 'failed';
      delivery.nextAttemptAt = null;
      return;
    }
    delivery.nextAttemptAt = now + waitMs;
    this.#later(event, delivery, waitMs);
  }

  #later(event: StoredEvent, delivery: Delivery, delayMs: number): void {
    const cancel = this.#world.clock.setTimer(async () => {
      this.#timers.delete(cancel);
      if (delivery.state !== 'pending') return;
      await this.#attempt(event, delivery);
      await this.#world.state.save();
    }, delayMs);
    this.#timers.add(cancel);
  }
}
