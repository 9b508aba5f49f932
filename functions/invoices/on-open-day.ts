import type { DateText } from '../../shared/domain/days.ts';
import { Refusal } from '../../shared/domain/refusal.ts';

/**
 * Runs what dates a document that nobody has named a date for: today, or the first day for which the books are open where today is
 * closed already. A person would be asked; here nobody is there.
 */
export const onOpenDay = async <T>(run: (issueDate: DateText | undefined) => Promise<T>): Promise<T> => {
  try {
    return await run(undefined);
  } catch (error) {
    const firstOpen = error instanceof Refusal && error.code === 'locked-period' ? error.facts['firstOpenDate'] : undefined;
    if (typeof firstOpen !== 'string') throw error;
    return run(firstOpen);
  }
};
