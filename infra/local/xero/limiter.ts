/** Quotas by the sandbox's clock: calls at once, calls a minute and calls a day of an organisation, calls a minute of the app. */
import { createHash } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';

export type RateLimitProblem = 'minute' | 'day' | 'concurrent' | 'appminute';

export interface Refusal {
  problem: RateLimitProblem;
  /** Whole seconds; not told for calls at once. */
  retryAfter?: number;
}

export interface Limiter {
  /** Counts a call in, or says why not; a refused call costs nothing. */
  admit(tenantId: string, inFlight: number): Refusal | undefined;
  /** What remains, as headers. */
  headers(tenantId: string): Record<string, string>;
  /** Seconds until the organisation's day begins anew. */
  secondsToNewDay(tenantId: string): number;
}

interface DayUse {
  tenantId: string;
  day: number;
  used: number;
}

const dayMs = 86_400_000;

/** A count over the last 60 seconds, in buckets of a second. */
const rollingMinute = (nowSecond: () => number) => {
  const buckets: { second: number; count: number }[] = [];
  const prune = (): void => {
    while (buckets[0] && buckets[0].second <= nowSecond() - 60) buckets.shift();
  };
  return {
    add: (): void => {
      const last = buckets.at(-1);
      if (last?.second === nowSecond()) last.count++;
      else buckets.push({ second: nowSecond(), count: 1 });
    },
    used: (): number => {
      prune();
      return buckets.reduce((total, { count }) => total + count, 0);
    },
    secondsUntilFree: (): number => Math.max(1, (buckets[0]?.second ?? nowSecond()) + 60 - nowSecond()),
  };
};

export const createLimiter = (store: Store, { clock, settings }: { clock: SandboxClock; settings: Settings }): Limiter => {
  const days = store.collection<DayUse>({ scope: '', kind: 'dayUse', idOf: ({ tenantId }) => tenantId });
  const nowSecond = (): number => Math.floor(clock.now() / 1000);
  const app = rollingMinute(nowSecond);
  const minutes = new Map<string, ReturnType<typeof rollingMinute>>();
  const minuteOf = (tenantId: string): ReturnType<typeof rollingMinute> => {
    const known = minutes.get(tenantId) ?? rollingMinute(nowSecond);
    minutes.set(tenantId, known);
    return known;
  };
  // Each organisation's day starts at another time; the id decides when.
  const startOffset = (tenantId: string): number =>
    (createHash('sha256').update(tenantId).digest().readUInt32BE(0) % 86_400) * 1000;
  const dayNumber = (tenantId: string): number => Math.floor((clock.now() - startOffset(tenantId)) / dayMs);
  const usedToday = (tenantId: string): number => {
    const use = days.get(tenantId);
    return use?.day === dayNumber(tenantId) ? use.used : 0;
  };
  const secondsToNewDay = (tenantId: string): number =>
    Math.max(1, Math.ceil(((dayNumber(tenantId) + 1) * dayMs + startOffset(tenantId) - clock.now()) / 1000));

  return {
    secondsToNewDay,
    admit: (tenantId, inFlight) => {
      const minute = minuteOf(tenantId);
      if (usedToday(tenantId) >= settings.tier) return { problem: 'day', retryAfter: secondsToNewDay(tenantId) };
      if (minute.used() >= settings.minuteLimit) return { problem: 'minute', retryAfter: minute.secondsUntilFree() };
      if (app.used() >= settings.appMinuteLimit) return { problem: 'appminute', retryAfter: app.secondsUntilFree() };
      if (inFlight > settings.concurrentLimit) return { problem: 'concurrent' };
      minute.add();
      app.add();
      days.put({ tenantId, day: dayNumber(tenantId), used: usedToday(tenantId) + 1 });
      return undefined;
    },
    headers: (tenantId) => ({
      'x-daylimit-remaining': String(Math.max(0, settings.tier - usedToday(tenantId))),
      'x-minlimit-remaining': String(Math.max(0, settings.minuteLimit - minuteOf(tenantId).used())),
      'x-appminlimit-remaining': String(Math.max(0, settings.appMinuteLimit - app.used())),
    }),
  };
};
