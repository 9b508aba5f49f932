import { Cron } from 'croner';

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads an EventBridge expression: `rate(5 minutes)`, `cron(0 8 ? * MON-FRI *)` or `at(2026-01-31T08:00:00)`.
 * Answers the first due instant after a given one (ms since 1970), undefined when there is none any more.
 * Rates are counted from 1970, not from the schedule's creation, so that a restart doesn't shift them.
 */
export const parseScheduleExpression = (expression: string, timezone = 'UTC'): ((after: number) => number | undefined) => {
  const [, kind = '', argument = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'rate': {
      const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(argument) ?? [];
      const every = Number(count) * (unitMs[unit] ?? 0);
      if (!(every > 0)) throw new Error(`The local host can't read the schedule ${expression}.`);
      return (after) => (Math.floor(after / every) + 1) * every;
    }
    case 'cron': {
      const cron = new Cron(cronPattern(argument), { timezone, paused: true });
      return (after) => cron.nextRun(new Date(after))?.getTime();
    }
    case 'at': {
      const once = new Cron(argument, { timezone, paused: true });
      return (after) => once.nextRun(new Date(after))?.getTime();
    }
    default:
      throw new Error(`The local host can't read the schedule ${expression}.`);
  }
};

/** From AWS's six fields (minute … weekday, year; weekdays count from SUN = 1) to croner's seven (from SUN = 0). */
const cronPattern = (fields: string): string => {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*', year = '*'] = fields.trim().split(/\s+/);
  const shifted = weekday.replace(/(?<![#\d/])\d/g, (digit) => String(Number(digit) - 1));
  return ['0', minute, hour, day, month, shifted, year].join(' ').replaceAll('?', '*');
};
