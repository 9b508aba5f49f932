import { describe, expect, test } from '@jest/globals';
import { comparisonDue } from '../../shared/domain/comparison-slot.ts';

const hour = 3_600_000;
const begin = Date.parse('2026-11-02T00:00:00.000Z');
const at = (ms: number): string => new Date(ms).toISOString();

/** Comparisons that a schedule, which runs each hour, begins in a number of days; each of them is done at once. */
const begun = (id: string, days: number, missed: (run: number) => boolean = () => false) => {
  const found: { scope: string; at: number }[] = [];
  let last: { startedAt: string | null; wholeAt: string | null } = { startedAt: null, wholeAt: null };
  for (let run = 0; run < days * 24; run += 1) {
    if (missed(run)) continue;
    const now = begin + run * hour;
    const due = comparisonDue(id, at(now), last);
    if (!due) continue;
    expect(Date.parse(due.dueAt) - now).toBeLessThan(hour);
    found.push({ scope: due.scope, at: now });
    last = { startedAt: due.dueAt, wholeAt: due.scope === 'all' ? due.dueAt : last.wholeAt };
  }
  return found;
};

describe('when books are compared', () => {
  test('everything at first, then each day what changed and each week everything', () => {
    const found = begun('ws_A', 28);
    expect(found[0]?.scope).toBe('all');
    const whole = found.filter(({ scope }) => scope === 'all');
    expect(whole.length).toBeGreaterThanOrEqual(4);
    expect(whole.length).toBeLessThanOrEqual(5);
    expect(found.length).toBeGreaterThanOrEqual(28);
    expect(found.length).toBeLessThanOrEqual(33);
    const days = new Set(found.map((one) => at(one.at).slice(0, 10)));
    expect(days.size).toBe(28);
  });

  test('a run that comes again begins nothing; one that was missed is made up for, once', () => {
    const last = { startedAt: null, wholeAt: null };
    const due = comparisonDue('ws_A', at(begin), last);
    const after = { startedAt: due?.dueAt ?? null, wholeAt: due?.dueAt ?? null };
    expect(comparisonDue('ws_A', at(begin), after)).toBeNull();
    const found = begun('ws_A', 14, (run) => run > 24 && run < 24 * 4);
    const inGap = found.filter((one) => one.at > begin + 24 * hour && one.at < begin + 4 * 24 * hour);
    expect(inGap).toEqual([]);
    expect(found.filter((one) => at(one.at).startsWith('2026-11-06')).length).toBeGreaterThanOrEqual(1);
  });

  test('organisations are spread over the day', () => {
    const hours = new Map<number, number>();
    for (let n = 0; n < 480; n += 1) {
      const yesterday = at(begin - 60_000);
      for (let run = 0; run < 24; run += 1) {
        const due = comparisonDue(`ws_${n}`, at(begin + run * hour), {
          startedAt: yesterday,
          wholeAt: at(begin + 10 * 24 * hour),
        });
        if (!due) continue;
        hours.set(run, (hours.get(run) ?? 0) + 1);
        break;
      }
    }
    expect(hours.size).toBe(24);
    expect(Math.max(...hours.values())).toBeLessThan(60);
  });
});
