import { addDays, epochMs } from '../domain/days.ts';
import { keys } from './keys.ts';
import { update, type Write } from './write.ts';

/** What is bounded per workspace and day, because it costs others: their attention, or the good name of our address. */
const perDay = { mail: 200, letter: 200, invitation: 50 } as const;
export type Quota = keyof typeof perDay;

/** Counts one more of a day (UTC). Fails with `onFail` once the day's quota is used up. */
export const countedInQuota = (ws: string, what: Quota, date: string, onFail: () => Error): Write =>
  update(
    'quota',
    keys.quota(ws, what, date),
    { set: { v: 1, expiresAt: epochMs(`${addDays(date, 7)}T00:00:00.000Z`) / 1000 }, add: { count: 1 } },
    { condition: 'attribute_not_exists(#count) OR #count < :max', values: { ':max': perDay[what] }, onFail },
  );
