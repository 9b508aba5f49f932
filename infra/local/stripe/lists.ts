import { missing } from './errors.ts';

export interface PageParams {
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

type Created = number | { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined };

/** One page of `items` (newest first) in Stripe's list form; 10 unless a limit is given. */
export function listPage<T extends { id: string }>(items: readonly T[], url: string, page: PageParams): object {
  const { limit = 10, starting_after: after, ending_before: before } = page;
  const indexOf = (id: string, param: string): number => {
    const index = items.findIndex((item) => item.id === id);
    if (index === -1) throw missing('object', id, param);
    return index;
  };
  if (before !== undefined) {
    const end = indexOf(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : indexOf(after, 'starting_after') + 1;
  return { object: 'list', data: items.slice(start, start + limit), has_more: start + limit < items.length, url };
}

/** Whether a creation time (seconds) is within what was asked for. */
export function isCreatedWithin(seconds: number, created: Created | undefined): boolean {
  if (created === undefined) return true;
  if (typeof created === 'number') return seconds === created;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = created;
  return seconds > gt && seconds >= gte && seconds < lt && seconds <= lte;
}
