import { describe, expect, test } from '@jest/globals';
import { throughCrashes } from '../../support/crash-cases.ts';
import type { Counted } from '../../support/crashing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { syncWorkflows, type WorkflowName } from '../../support/sync-workflows.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));

/**
 * A call that only looks leaves everything as it was: a crash behind it is a crash behind the last change. So all pairs of changes
 * are all that there can be. A ninth of them is tried each time; `CRASH_PAIRS=changes` takes all of them, in some minutes, and
 * `CRASH_PAIRS=calls` all pairs of calls none the less, in some twenty.
 */
const asked = process.env['CRASH_PAIRS'];
const counted: Counted = asked === 'calls' ? 'calls' : 'changes';
const every = asked === undefined ? 9 : 1;
const anHour = 3_600_000;

/** The least number of all pairs; what is added counts by itself. */
const pairs: [WorkflowName, number][] = [
  ['a push that first needs a token and a contact', 150],
  ['a push of what nobody can send', 5],
  ['a void', 20],
  ['a pull of a payment and another due date', 15],
  ['a pull of a void', 10],
  ['a pull after a lost event', 15],
  ['a comparison that finds a difference', 80],
  ['a backfill', 60],
  ['a refresh of the token', 15],
];

describe('R2, F49: cut off at any point, and again at any point of what follows', () => {
  test.each(pairs)(
    '%s ends on both sides as if it had not been',
    async (name, atLeast) => {
      const cases = await throughCrashes(stage.clock, syncWorkflows(stage)[name], {
        counted,
        pairs: every,
      });
      expect(cases).toBeGreaterThan(atLeast / every);
    },
    anHour,
  );
});
