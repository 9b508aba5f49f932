import { addDays, startOfDay, weekStart, type DateText, type Instant } from './days.ts';
import { refuseFields } from './refusal.ts';

/** The last day of each period: a weekday (1 Monday to 7 Sunday), or a day of the month that every month has, or its last. */
export type Rhythm = { every: 'week' | 'month'; day: number | 'last' };

/** As much of a schedule as decides when it runs. `until`: no period ends after this day. */
export type Planned = Rhythm & { until: DateText | null };

/** Periods that are billed each by itself when runs were missed; what lies before them goes onto the first of their invoices. */
export const catchUpMax = 6;

/** Invoices that schedules make of one client's time in a day; beyond that something runs wild. */
export const scheduledPerClientAndDayMax = 50;

/** The schedule makes more invoices for a client in a day than anybody can want. */
export class ScheduleRunaway extends Error {
  constructor() {
    super('a schedule makes too many invoices');
    this.name = 'ScheduleRunaway';
  }
}

/** Refuses a day that not every period has. */
export function requireRhythm({ every, day }: Rhythm): void {
  const max = every === 'week' ? 7 : 28;
  if (day === 'last' && every === 'month') return;
  if (day === 'last' || !Number.isInteger(day) || day < 1 || day > max)
    refuseFields({ path: 'day', message: every === 'week' ? 'must be 1 (Monday) to 7 (Sunday)' : 'must be 1 to 28, or last' });
}

/** The end of the period that a day belongs to. */
export function periodEnd({ every, day }: Rhythm, date: DateText): DateText {
  if (every === 'week') {
    const end = addDays(weekStart(date), Number(day) - 1);
    return end < date ? addDays(end, 7) : end;
  }
  if (day === 'last') return addDays(`${nextMonth(date)}-01`, -1);
  const place = `-${String(day).padStart(2, '0')}`;
  const end = `${date.slice(0, 7)}${place}`;
  return end < date ? `${nextMonth(date)}${place}` : end;
}

/** The end of the period that is billed next, from a day on; null once the schedule is over. */
export function nextEnd({ until, ...rhythm }: Planned, from: DateText): DateText | null {
  const end = periodEnd(rhythm, from);
  return until !== null && end > until ? null : end;
}

/** Ends of the periods that are over on `today` and not billed yet, the oldest first; the last few where many were missed. */
export function endsPassed(planned: Planned, next: DateText, today: DateText): DateText[] {
  const passed: DateText[] = [];
  for (let end: DateText | null = next; end !== null && end < today; end = nextEnd(planned, addDays(end, 1))) passed.push(end);
  return passed.slice(-catchUpMax);
}

/** The first instant at which a period is over, in the workspace's zone. */
export function runsAt(end: DateText, zone: string): Instant {
  return startOfDay(zone, addDays(end, 1));
}

function nextMonth(date: DateText): string {
  const [year = 0, month = 0] = date.split('-').map(Number);
  const [y, m] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}`;
}
