import { describe, expect, test } from '@jest/globals';
import { bothSides } from '../../support/both-sides.ts';
import { billedHours } from '../../support/bills.ts';
import { throughCrashes, type Case, type Workflow } from '../../support/crash-cases.ts';
import { workCrashing } from '../../support/crashing.ts';
import { earlierDocuments } from '../../support/earlier-documents.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000, idempotencyMinutes: 0 }));

type Wire = Record<string, unknown>;
type Earlier = ReturnType<typeof earlierDocuments>;

const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

/** A backfill of some kinds that was asked for, with what there was before the connection. */
const asked = async (
  kinds: readonly string[],
  make: (earlier: Earlier, place: TestWorkspace) => Promise<unknown>,
): Promise<Case> => {
  const place = await stage.fresh();
  const earlier = earlierDocuments(stage, place);
  await make(earlier, place);
  await earlier.connect({ billAccount: '320', expenseAccount: '493' });
  await earlier.bringOver(kinds);
  return {
    run: (crash) => workCrashing(stage, place, crash),
    recover: async () => {
      for (const seconds of [61, 9 * 60, 9 * 60]) {
        await stage.clock.advance(seconds);
        await stage.work(place.workspace.id);
      }
    },
    end: async () => {
      const sides = await bothSides(stage, place);
      const books = (await stage.books()) as unknown as Record<string, Wire[]>;
      return {
        ...sides,
        invoicesThere: sorted(sides.invoicesThere),
        quotes: (books['quotes'] ?? []).map(({ Status, Total }) => [Status, Total]),
        notes: (books['creditNotes'] ?? []).map(({ Status, RemainingCredit }) => [Status, RemainingCredit]),
        allocations: (books['allocations'] ?? []).map(({ Amount }) => Amount),
        bought: sorted((books['invoices'] ?? []).map(({ Type, Status, Total }) => [Type, Status, Total])),
        spent: (books['bankTransactions'] ?? []).map(({ Status, Total }) => [Status, Total]),
        contacts: (books['contacts'] ?? []).length,
      };
    },
  };
};

const workflows: Record<string, Workflow> = {
  'of a quote that is led to its state': () =>
    asked(['quote'], async (earlier) => earlier.quote(await earlier.client(), { accepted: true })),
  'of a credit note that is set against its invoice': () =>
    asked(['invoice', 'credit-note'], async (earlier) => earlier.credited(await earlier.client())),
  'of a credit note that was given back': () =>
    asked(['invoice', 'payment', 'credit-note'], async (earlier) => earlier.givenBack(await earlier.client())),
  'of bills and expenses': () =>
    asked(['bill', 'expense'], async (earlier, place) => {
      await billedHours(stage, place);
      await earlier.expense('workspace');
    }),
};

describe('R2, F49: a backfill that is cut off behind each of its calls that change something', () => {
  test.each(Object.keys(workflows))(
    '%s ends on both sides as if it had not been',
    async (name) => {
      const cases = await throughCrashes(stage.clock, workflows[name] as Workflow, { counted: 'changes', pairs: false });
      expect(cases).toBeGreaterThan(8);
    },
    120_000,
  );
});
