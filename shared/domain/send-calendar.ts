import { addDays, dateIn, startOfDay, weekStart, type DateText, type Instant } from './days.ts';

/**
 * When invoices are sent to the books: as soon as they are issued, on a day of each week (1 is Monday), on a day of each month (a
 * month that is shorter has it on its last day), or when somebody asks for it.
 */
export type SendCalendar = { when: 'on-save' | 'weekly' | 'monthly' | 'by-hand'; day?: number | undefined };

/**
 * When an invoice that came up at `since` is due to be sent: the beginning of the next day of the calendar in the workspace's zone,
 * at once without a calendar, and null when only a person decides.
 */
export function sendAt({ when, day = 1 }: SendCalendar, since: Instant, zone: string): Instant | null {
  const today = dateIn(zone, since);
  switch (when) {
    case 'on-save':
      return since;
    case 'by-hand':
      return null;
    case 'weekly': {
      const thisWeek = addDays(weekStart(today), day - 1);
      return startOfDay(zone, thisWeek > today ? thisWeek : addDays(thisWeek, 7));
    }
    case 'monthly': {
      const thisMonth = dayOfMonth(today, day);
      return startOfDay(zone, thisMonth > today ? thisMonth : dayOfMonth(addDays(lastOfMonth(today), 1), day));
    }
  }
}

function dayOfMonth(date: DateText, day: number): DateText {
  const last = lastOfMonth(date);
  const wanted = `${date.slice(0, 8)}${String(day).padStart(2, '0')}`;
  return wanted < last ? wanted : last;
}

function lastOfMonth(date: DateText): DateText {
  const within = addDays(`${date.slice(0, 8)}28`, 4);
  return addDays(`${within.slice(0, 8)}01`, -1);
}
