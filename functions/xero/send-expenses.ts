import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Run } from './run.ts';
import { settle } from './settle.ts';

// Flow of the worker: expenses that wait to be sent.

/** Nothing is sent yet. */
export const sendExpenses = async (run: Run, works: readonly WaitingWork[]): Promise<boolean> => {
  await settle(
    run,
    works.map((work) => ({ work })),
    { closing: false },
  );
  return false;
};
