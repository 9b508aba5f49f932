import { reRatingRoutes } from '../../shared/api/re-rating.ts';
import { timeRoutes } from '../../shared/api/time.ts';
import { instantOf } from '../../shared/domain/days.ts';
import { apiDoor } from '../../shared/runtime/api-door.ts';
import type { RetryTools } from '../../shared/runtime/retry.ts';
import { readEarlier, release } from '../../shared/store/idempotency.ts';
import { stillMember } from '../../shared/store/members.ts';
import type { Table } from '../../shared/store/table.ts';
import { addEntry } from './add-entry.ts';
import { deleteEntry } from './delete-entry.ts';
import { discardTimer } from './discard-timer.ts';
import { editEntry } from './edit-entry.ts';
import { getEntry } from './get-entry.ts';
import { getTimer } from './get-timer.ts';
import { listEntries } from './list-entries.ts';
import { previewReRating } from './preview-re-rating.ts';
import { reRateEntries } from './re-rate-entries.ts';
import { startTimer } from './start-timer.ts';
import { stopTimer } from './stop-timer.ts';

/** The world that the room of time works in. */
export interface TimeWorld extends RetryTools {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
}

/** Answers the routes of time: the clock and the time entries. */
export const timeDoor = ({ table, newId, clock, random, sleep }: TimeWorld) => {
  const needs = { table, newId, now: () => instantOf(clock()) };
  return apiDoor({
    routes: [...timeRoutes, ...reRatingRoutes],
    useCases: {
      startTimer: startTimer(needs),
      getTimer: getTimer(needs),
      stopTimer: stopTimer(needs),
      discardTimer: discardTimer(needs),
      createTimeEntry: addEntry(needs),
      listTimeEntries: listEntries(needs),
      getTimeEntry: getEntry(needs),
      updateTimeEntry: editEntry(needs),
      deleteTimeEntry: deleteEntry(needs),
      previewReRating: previewReRating(needs),
      reRateEntries: reRateEntries(needs),
    },
    readEarlier: readEarlier(table),
    release: release(table),
    stillMember: stillMember(table),
    tools: { clock, random, sleep },
  });
};
