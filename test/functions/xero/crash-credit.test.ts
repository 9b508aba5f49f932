import { describe, expect, test } from '@jest/globals';
import type { XeroSettings } from '../../../shared/store/xero-settings.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import type { Payment } from '../../../shared/store/payments.ts';
import { bothSides } from '../../support/both-sides.ts';
import { throughCrashes, type Case, type Workflow } from '../../support/crash-cases.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import { correctionsIn } from '../../support/credits.ts';
import { workCrashing } from '../../support/crashing.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));

const gbp = (amount: number) => ({ amount, currency: 'GBP' });

interface Standing {
  readonly place: TestWorkspace;
  readonly invoice: InvoiceHead;
  readonly payment: Payment | undefined;
}

/** An invoice that stands on both sides, paid where something was paid. */
const standing = async (paid: number, settings: Partial<XeroSettings> = {}): Promise<Standing> => {
  const place = await stage.connected({ paymentAccount: '090', ...settings });
  const client = await aBakery(stage, place);
  const invoice = await anInvoice(stage, place, client);
  const payment = paid > 0 ? await changesIn(stage, () => place).paid(invoice, paid) : undefined;
  await stage.work(place.workspace.id);
  return { place, invoice, payment };
};

type Wire = Record<string, unknown>;

const caseOf = ({ place }: Standing): Case => ({
  run: (crash) => workCrashing(stage, place, crash),
  recover: async () => {
    for (const seconds of [61, 9 * 60, 9 * 60]) {
      await stage.clock.advance(seconds);
      await stage.work(place.workspace.id);
    }
  },
  end: async () => {
    const books = (await stage.books()) as unknown as Record<string, Wire[]>;
    return {
      ...(await bothSides(stage, place)),
      notes: (books['creditNotes'] ?? []).map((note) => [note['Status'], note['Total'], note['RemainingCredit']]),
      allocations: (books['allocations'] ?? []).map(({ Amount }) => Amount),
    };
  },
});

const workflows: Record<string, Workflow> = {
  'a credit note that is set against its invoice': async () => {
    const one = await standing(0);
    await correctionsIn(stage, () => one.place).credit(one.invoice, { kind: 'amount', amount: gbp(3_000) });
    return caseOf(one);
  },
  'a credit note that was given back': async () => {
    const one = await standing(15_000);
    const corrections = correctionsIn(stage, () => one.place);
    await corrections.credit(one.invoice, { kind: 'amount', amount: gbp(3_000), settle: 'refund' });
    return caseOf(one);
  },
  'a refund that is taken off its payment': async () => {
    const one = await standing(15_000);
    await correctionsIn(stage, () => one.place).refund(one.payment as Payment, 5_000);
    return caseOf(one);
  },
  'a refund that was recorded there and is taken over': async () => {
    const one = await standing(5_000);
    const xero = changesIn(stage, () => one.place);
    await xero.on(one.invoice, 'pay', { Amount: 100 });
    await xero.event([one.invoice]);
    await stage.work(one.place.workspace.id);
    const corrections = correctionsIn(stage, () => one.place);
    const note = await corrections.credit(one.invoice, { kind: 'amount', amount: gbp(12_000) });
    await stage.work(one.place.workspace.id);
    await xero.accountant('refund-credit', { id: note.number, Amount: '110' });
    await comparedBooks(stage, () => one.place).compare();
    const [found] = await xero.discrepancies();
    const way = { params: { id: String(found?.id) }, body: { way: 'take-over' } };
    const { status } = await overviewOf(stage)(one.place.admin, 'POST /v1/discrepancies/{id}/resolve', way);
    expect(status).toBe(200);
    return caseOf(one);
  },
  'a way back to a draft': async () => {
    const one = await standing(0, { statusOnPush: 'SUBMITTED' });
    await correctionsIn(stage, () => one.place).toDraft(one.invoice);
    return caseOf(one);
  },
};

describe('R2, F49: cut off behind each of its calls to the outside', () => {
  test.each(Object.keys(workflows))('%s ends on both sides as if it had not been', async (name) => {
    const cases = await throughCrashes(stage.clock, workflows[name] as Workflow, { counted: 'calls', pairs: false });
    expect(cases).toBeGreaterThan(8);
  });
});
