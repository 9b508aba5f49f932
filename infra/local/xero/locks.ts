/** Closed periods: nothing dated on or before the lock may be made, changed or taken back. */
import type { Books } from './books.ts';
import { longDay } from './dates.ts';

/** Texts of refusal for a document that is, or shall be, dated on these days. */
export const lockProblems = (books: Books, ...days: (string | undefined)[]): string[] => {
  const { PeriodLockDate, EndOfYearLockDate } = books.organisation();
  const within = (lock: string | undefined): boolean =>
    lock !== undefined && days.some((day) => day !== undefined && day <= lock);
  if (within(EndOfYearLockDate))
    return [`The document date cannot be before the end of year lock date, currently set at ${longDay(EndOfYearLockDate!)}`];
  if (within(PeriodLockDate))
    return [`The document date cannot be before the period lock date, currently set at ${longDay(PeriodLockDate!)}`];
  return [];
};
