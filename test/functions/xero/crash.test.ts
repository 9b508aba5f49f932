import { describe, expect, test } from '@jest/globals';
import { throughCrashes } from '../../support/crash-cases.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { syncWorkflows, type WorkflowName } from '../../support/sync-workflows.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));

/** The least that each of them is known to ask of the outside; what is added counts by itself. */
const calls: [WorkflowName, number][] = [
  ['a push of what nobody can send', 10],
  ['a push that first needs a token and a contact', 30],
  ['a void', 15],
  ['a pull of a payment and another due date', 15],
  ['a pull of a void', 15],
  ['a comparison that finds a difference', 50],
  ['a backfill', 40],
  ['a refresh of the token', 6],
];

describe('R2, F49: cut off behind each of its calls to the outside', () => {
  test.each(calls)('%s ends on both sides as if it had not been', async (name, atLeast) => {
    const cases = await throughCrashes(stage.clock, syncWorkflows(stage)[name], { counted: 'calls', pairs: false });
    expect(cases).toBeGreaterThan(atLeast);
  });
});
