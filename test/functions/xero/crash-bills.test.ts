import { describe, expect, test } from '@jest/globals';
import type { XeroSettings } from '../../../shared/store/xero-settings.ts';
import { billedHours, rooms } from '../../support/bills.ts';
import { throughCrashes, type Case, type Workflow } from '../../support/crash-cases.ts';
import { workCrashing } from '../../support/crashing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000, idempotencyMinutes: 0 }));

const connected = (settings: Partial<XeroSettings> = {}): Promise<TestWorkspace> =>
  stage.connected({ contactPolicy: 'match-or-create', billAccount: '320', expenseAccount: '493', ...settings });

type Wire = Record<string, unknown>;
interface Shown {
  readonly status: string;
  readonly total?: unknown;
  readonly sync: { readonly state: string; readonly code?: string };
}

const listed = async (place: TestWorkspace, route: string): Promise<Shown[]> =>
  (await rooms(stage.engine.table)(place.admin, route)).body.items as Shown[];

const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

const caseOf = (place: TestWorkspace): Case => ({
  run: (crash) => workCrashing(stage, place, crash),
  recover: async () => {
    for (const seconds of [61, 9 * 60, 9 * 60]) {
      await stage.clock.advance(seconds);
      await stage.work(place.workspace.id);
    }
  },
  end: async () => {
    const books = (await stage.books()) as unknown as Record<string, Wire[]>;
    const things = [...(await listed(place, 'GET /v1/bills')), ...(await listed(place, 'GET /v1/expenses'))];
    const waiting = await readWaitingWork(stage.engine.table)(place.workspace.id);
    return {
      here: sorted(things.map(({ status, total, sync }) => [status, total, sync.state, sync.code])),
      waiting: waiting.map(({ kind }) => kind),
      there: sorted((books['invoices'] ?? []).map(({ Type, Status, Total }) => [Type, Status, Total])),
      spent: (books['bankTransactions'] ?? []).map(({ Status, Total }) => [Status, Total]),
      contacts: (books['contacts'] ?? []).length,
    };
  },
});

const workflows: Record<string, Workflow> = {
  'an invoice with its bills': async () => {
    const place = await connected();
    await billedHours(stage, place);
    return caseOf(place);
  },
  'the void of an invoice with its bills': async () => {
    const place = await connected();
    const { id } = await billedHours(stage, place);
    await stage.work(place.workspace.id);
    await rooms(stage.engine.table)(place.admin, 'POST /v1/invoices/{id}/void', { params: { id } });
    return caseOf(place);
  },
  'time that is written off a bill': async () => {
    const place = await connected();
    await billedHours(stage, place);
    await stage.work(place.workspace.id);
    const found = (await listed(place, 'GET /v1/bills')) as unknown as { id: string; memberId: string }[];
    const bill = found.find(({ memberId }) => memberId === place.members.expert.id);
    await rooms(stage.engine.table)(place.admin, 'POST /v1/bills/{id}/write-off', {
      params: { id: bill?.id ?? '' },
      body: { seconds: 1800, reason: 'Rework' },
    });
    return caseOf(place);
  },
  'expenses of both kinds': async () => {
    const place = await connected();
    const spent = { jobId: place.job.id, date: '2026-11-03', amount: { amount: 4250, currency: 'GBP' }, description: 'Train' };
    for (const paidBy of ['member', 'workspace'])
      await rooms(stage.engine.table)(place.admin, 'POST /v1/expenses', { body: { ...spent, paidBy } });
    return caseOf(place);
  },
};

describe('R2, F49: bills and expenses, cut off behind each call to the outside', () => {
  test.each(Object.keys(workflows))('%s ends on both sides as if it had not been', async (name) => {
    const cases = await throughCrashes(stage.clock, workflows[name] as Workflow, { counted: 'calls', pairs: false });
    expect(cases).toBeGreaterThan(8);
  });
});
