import { epochMs, type Instant } from '../domain/days.ts';
import { Refusal } from '../domain/refusal.ts';
import { keys } from './keys.ts';
import { update, type Write } from './write.ts';

/**
 * How often something that needs no sign-in may be done within a minute: for one link, and for all links of a workspace. More than
 * anybody does by hand, and more than a crowd that clicks one button; far less than a machine that tries.
 */
const perMinute = { link: 300, workspace: 600, 'wrong-link': 60, pay: 20 } as const;
export type Throttle = keyof typeof perMinute;

const minuteMs = 60_000;
const keptMinutes = 10;

/**
 * Counts one more of a minute. `of` tells links apart. Refuses (`quota-used-up`, with when to come back) what is too much; goes with the
 * commit of the thing itself, or alone where nothing else is written.
 */
export const throttled = (ws: string, what: Throttle, of: string, now: Instant): Write => {
  const minute = Math.floor(epochMs(now) / minuteMs);
  const expiresAt = (minute + keptMinutes) * 60;
  const retryAfterSeconds = 60 - (Math.floor(epochMs(now) / 1000) % 60);
  return update(
    'throttle',
    keys.throttle(ws, of === '' ? what : `${what}#${of}`, minute),
    { set: { v: 1, expiresAt }, add: { count: 1 } },
    {
      condition: 'attribute_not_exists(#count) OR #count < :max',
      values: { ':max': perMinute[what] },
      onFail: () => new Refusal('quota-used-up', 'Too many requests; wait a minute', { retryAfterSeconds }),
    },
  );
};
