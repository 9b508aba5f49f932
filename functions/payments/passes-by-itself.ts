import { Busy, Conflict } from '../../shared/domain/conflict.ts';
import { OutsideError } from '../../shared/domain/outside-error.ts';

/** Whether trying again later is all that it takes: a lost race, too many at once, or a service that doesn't answer at present. */
export const passesByItself = (error: unknown): boolean => {
  if (error instanceof Conflict || error instanceof Busy) return true;
  return error instanceof OutsideError && (error.status === 0 || error.status === 429 || error.status >= 500);
};
