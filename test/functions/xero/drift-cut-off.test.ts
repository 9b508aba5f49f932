import { describe, expect, test } from '@jest/globals';
import { forAllTests } from '../../support/for-all-tests.ts';
import { overviewOf } from '../../support/overview-room.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks, type AllBooks, type Standing, type Wire } from '../../support/compared-books.ts';
import { throughCrashes, type Case } from '../../support/crash-cases.ts';
import { crashingAfter, untilCrash, workCrashing } from '../../support/crashing.ts';
import { syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

// Comparisons and ways out of documents that are no invoices, cut off behind each of their calls.

const stage = await forAllTests(startXeroStage({ tier: 1_000_000, minuteLimit: 1_000 }));
let place: TestWorkspace;
let books: ReturnType<typeof comparedBooks>;
/** A credit note that is set against its invoice, a bill and a quote, all of them in Xero. */
const begin = async (): Promise<{ note: Standing; bill: Standing }> => {
  place = await stage.fresh();
  books = comparedBooks(stage, () => place);
  await books.begin();
  const invoice = await books.invoice({ billing: 'bls_01K00000000000000000000000' });
  await books.work();
  const note = await books.creditNote(invoice);
  const bill = await books.bill(invoice);
  await books.quote();
  await books.work();
  return { note, bill };
};
const noteThere = async ({ id }: Standing): Promise<Wire> =>
  (await books.books()).creditNotes.find((one) => one['Reference'] === id && one['Status'] !== 'VOIDED') ?? {};

describe('R2: cut off', () => {
  test('a comparison of credit notes, bills and quotes goes on, and the end is the same', async () => {
    const { note } = await begin();
    await books.compare();
    const xeroId = (await noteThere(note))['CreditNoteID'];
    const { table } = stage.engine;
    const ws = place.workspace.id;
    for (let n = 1, ended = true; ended; n += 1) {
      // Each time another sum, so that each time there is something to write.
      const tax = 1 + n / 100;
      await books.tamper('creditNotes', xeroId, { set: { TotalTax: tax, Total: 25 + tax } });
      await stage.clock.advance(61);
      const at = new Date(stage.clock.now()).toISOString();
      const wanted = { scope: 'all', version: stage.clock.now(), at, dueAt: at } as const;
      await table.commit(comparisonWanted(ws, await readReconciliation(table)(ws), wanted).writes);
      const crash = crashingAfter(n, 'changes');
      await untilCrash(crash, () => workCrashing(stage, place, crash));
      ended = crash.ended();
      await stage.clock.advance(100);
      await books.work();
      const read = await readReconciliation(table)(ws);
      expect([n, read.state, read.compared]).toEqual([
        n,
        'done',
        { invoices: 1, contacts: 1, creditNotes: 1, bills: 1, quotes: 1 },
      ]);
      expect([n, await books.open()]).toMatchObject([n, [{ kind: 'tax', theirs: `GBP ${tax.toFixed(2)}` }]]);
      expect([n, await readWaitingWork(table)(ws)]).toEqual([n, []]);
    }
  });

  const ways: Record<string, (one: { note: Standing; bill: Standing }) => Promise<void>> = {
    'a credit note that is sent once more': async ({ note }) => {
      const { creditNotes, allocations, invoices } = (await books.books()) as AllBooks & { allocations: Wire[] };
      await books.tamper('creditNotes', (await noteThere(note))['CreditNoteID'], { remove: true });
      expect(creditNotes).toHaveLength(1);
      for (const { AllocationID } of allocations) await books.tamper('allocations', AllocationID, { remove: true });
      const invoice = invoices.find(({ Type }) => Type === 'ACCREC');
      await books.tamper('invoices', invoice?.['InvoiceID'], { set: { AmountDue: 150, AmountCredited: 0 } });
    },
    'a bill that is made anew': async ({ bill }) => {
      const { invoices } = await books.books();
      const there = invoices.find((one) => one['InvoiceNumber'] === bill.id);
      await books.tamper('invoices', there?.['InvoiceID'], { set: { Status: 'VOIDED' } });
    },
  };
  const caseOf = async (harm: (typeof ways)[string]): Promise<Case> => {
    const one = await begin();
    await harm(one);
    await books.compare();
    const { body } = await overviewOf(stage)(place.admin, 'GET /v1/discrepancies');
    const found = body.items.find(({ kind }: { kind: string }) => kind === 'missing' || kind === 'status');
    const resolve = { params: { id: found.id }, body: { way: 'push-again' } };
    await overviewOf(stage)(place.admin, 'POST /v1/discrepancies/{id}/resolve', resolve);
    return {
      run: (crash) => workCrashing(stage, place, crash),
      recover: async () => {
        for (const seconds of [61, 9 * 60, 9 * 60]) {
          await stage.clock.advance(seconds);
          await books.work();
        }
        await books.compare();
      },
      end: async () => {
        const { creditNotes, invoices } = await books.books();
        const said = (wire: Wire[]) => wire.map(({ Type, Status, Total }) => [Type, Status, Total].join(' ')).toSorted();
        const synced = await Promise.all([one.note, one.bill].map(({ id }) => syncOf(stage, place, id)));
        return {
          ...{ notes: said(creditNotes), invoices: said(invoices), open: await books.open() },
          allocated: (await noteThere(one.note))['Allocations'] instanceof Array,
          sync: synced.map((item) => [item?.state, item?.code, item?.xeroId != null]),
          waiting: (await readWaitingWork(stage.engine.table)(place.workspace.id)).length,
        };
      },
    };
  };
  test.each(Object.keys(ways))('%s ends on both sides as if it had not been', async (name) => {
    const harm = ways[name] as (typeof ways)[string];
    const cases = await throughCrashes(stage.clock, () => caseOf(harm), { counted: 'changes', pairs: false });
    expect(cases).toBeGreaterThan(3);
  });
});
