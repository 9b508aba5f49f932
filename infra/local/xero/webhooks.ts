/** Notices of change: signed over the bytes that are sent, numbered, retried for a day, then switched off. */
import { createHmac, randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Faults } from './faults.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import type { WebhookEvent } from './webhook-events.ts';
import { eventsOf } from './webhook-events.ts';

interface Batch {
  /** Sequence number of the first event. */
  id: string;
  first: number;
  events: WebhookEvent[];
  firstTriedAt: number;
  tries: number;
}

export interface WebhookTarget {
  url: string;
  key: string;
}

export interface Webhooks {
  setTarget(target: WebhookTarget | undefined): void;
  /** Proves that the receiver tells right signatures from wrong ones; true when it does. */
  intentToReceive(): Promise<boolean>;
  /** Switches delivery on again after it was given up, and sends what was missed, in order. */
  enable(): Promise<void>;
  status(): { enabled: boolean; waiting: number; nextSequence: number };
  /** While muted, changes tell nobody. */
  mute<R>(work: () => R): R;
  close(): void;
}

/** Events of about a second go out together. */
const gatherMs = 200;
const mostEventsABody = 100;
const answerWithinMs = 5000;
const retryMs = 15 * 60_000;
const giveUpMs = 24 * 3_600_000;

export const createWebhooks = (
  store: Store,
  {
    clock,
    settings,
    faults,
    isConnected,
    apiUrl,
  }: {
    clock: SandboxClock;
    settings: Settings;
    faults: Faults;
    isConnected: (tenantId: string) => boolean;
    apiUrl: () => string;
  },
): Webhooks => {
  const batches = store.collection<Batch>({ scope: '', kind: 'webhookBatch', idOf: ({ id }) => id });
  const counters = store.collection<{ id: string; next: number; enabled: boolean }>({
    scope: '',
    kind: 'webhookState',
    idOf: ({ id }) => id,
  });
  let target: WebhookTarget | undefined;
  const gathered: WebhookEvent[] = [];
  let heldBack: Batch | undefined;
  let muted = false;
  let closed = false;
  let cancelGather: (() => void) | undefined;
  /** One body after the other; whoever advances the clock waits for what is under way. */
  let sending: Promise<void> = Promise.resolve();
  clock.onAdvance(() => sending);
  const state = () => counters.get('state') ?? { id: 'state', next: 1, enabled: true };

  const post = async (body: string, key: string, signature?: string): Promise<number> => {
    try {
      const response = await fetch(target!.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'x-xero-signature': signature ?? createHmac('sha256', key).update(body).digest('base64'),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(answerWithinMs),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return 0;
    }
  };
  const bodyOf = ({ first, events }: Batch): string =>
    JSON.stringify({
      events,
      firstEventSequence: first,
      lastEventSequence: first + events.length - 1,
      entropy: randomBytes(10).toString('hex').toUpperCase(),
    });

  const deliver = async (id: string): Promise<void> => {
    const batch = batches.get(id);
    if (!batch || !target || closed || !state().enabled) return;
    const status = await post(bodyOf(batch), target.key);
    if (closed) return;
    if (status === 200) {
      batches.remove(id);
      store.commit();
      return;
    }
    batches.put({ ...batch, tries: batch.tries + 1 });
    if (clock.now() - batch.firstTriedAt >= giveUpMs) counters.put({ ...state(), enabled: false });
    else clock.setTimer(() => deliver(id), batch.tries === 0 ? 0 : retryMs);
    store.commit();
  };
  const send = async (batch: Batch): Promise<void> => {
    await deliver(batch.id);
    if (faults.takeWebhook('repeat-webhook', batch.events[0]!.tenantId)) await (target && post(bodyOf(batch), target.key));
  };

  const flush = async (): Promise<void> => {
    cancelGather = undefined;
    while (gathered.length > 0 && !closed) {
      const events = gathered.splice(0, mostEventsABody);
      const first = state().next;
      counters.put({ ...state(), next: first + events.length });
      const batch: Batch = { id: String(first), first, events, firstTriedAt: clock.now(), tries: 0 };
      const tenantId = events[0]!.tenantId;
      if (!faults.takeWebhook('lose-webhook', tenantId)) batches.put(batch);
      store.commit();
      if (!batches.get(batch.id)) continue;
      if (!heldBack && faults.takeWebhook('reorder-webhooks', tenantId)) {
        heldBack = batch;
        continue;
      }
      await send(batch);
      if (heldBack) {
        const late = heldBack;
        heldBack = undefined;
        await send(late);
      }
    }
  };

  store.onCommit((changes) => {
    if (muted || !target || closed) return;
    const at = { nowMs: clock.now(), apiUrl: apiUrl() };
    gathered.push(...eventsOf(changes, settings, at).filter(({ tenantId }) => isConnected(tenantId)));
    if (gathered.length > 0) cancelGather ??= clock.setTimer(() => (sending = sending.then(flush)), gatherMs);
  });

  const resume = async (): Promise<void> => {
    const waiting = [...batches.values()].sort((a, b) => a.first - b.first);
    for (const batch of waiting) {
      batches.put({ ...batch, firstTriedAt: clock.now(), tries: 0 });
      await deliver(batch.id);
    }
  };
  return {
    setTarget: (wanted) => {
      const first = target === undefined;
      target = wanted;
      if (first && wanted && batches.size > 0) clock.setTimer(resume, gatherMs);
    },
    intentToReceive: async () => {
      if (!target) return false;
      const body = JSON.stringify({
        events: [],
        firstEventSequence: 0,
        lastEventSequence: 0,
        entropy: randomBytes(10).toString('hex'),
      });
      const wrong = await post(body, `${target.key}-wrong`);
      const garbled = await post(body, target.key, 'bm90IGEgc2lnbmF0dXJl');
      const right = await post(body, target.key);
      return right === 200 && wrong === 401 && garbled === 401;
    },
    enable: async () => {
      counters.put({ ...state(), enabled: true });
      store.commit();
      await resume();
    },
    status: () => ({ enabled: state().enabled, waiting: batches.size, nextSequence: state().next }),
    mute: (work) => {
      muted = true;
      try {
        const result = work();
        store.commit();
        return result;
      } finally {
        muted = false;
      }
    },
    close: () => {
      closed = true;
      cancelGather?.();
    },
  };
};
