import { beforeEach, expect, test } from '@jest/globals';
import { getCreditNote } from '../../../functions/payments/get-credit-note.ts';
import { waysOut } from '../../../shared/domain/discrepancy.ts';
import { readSums } from '../../../shared/store/aggregates.ts';
import type { Client } from '../../../shared/store/clients.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readNotice } from '../../../shared/store/notifications.ts';
import { readParkedWork, readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks } from '../../support/compared-books.ts';
import { correctionsIn, type Body } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { callOf, startXeroStage, tenantId } from '../../support/xero-stage.ts';

// An accountant voids an invoice in Xero of which something was credited here: the invoice is void here too, and its credit notes with
// it. Where money stood on it, a person has to decide.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let bakery: Client;
beforeEach(async () => {
  place = await stage.fresh();
  bakery = await comparedBooks(stage, () => place).begin();
});

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const work = () => stage.work(place.workspace.id);
const xero = () => changesIn(stage, () => place);
const credit = (invoice: InvoiceHead, body: object = { kind: 'amount', amount: gbp(3_000) }): Promise<Body> =>
  correctionsIn(stage, () => place).credit(invoice, body);
const compare = () => comparedBooks(stage, () => place).compare();
const shown = async (id: string): Promise<Body> =>
  (await getCreditNote(stage.engine)(callOf(place.admin, { params: { id } }) as never)).body;
const sent = async (): Promise<InvoiceHead> => {
  const invoice = await anInvoice(stage, place, bakery);
  await work();
  return invoice;
};
const waiting = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind);
const heard = async (invoice: InvoiceHead): Promise<void> => {
  await xero().event([invoice]);
  await work();
};
/** What an accountant has to do before Xero lets an invoice be void. */
const takeCreditsOff = async (): Promise<void> => {
  const { allocations } = (await stage.books()) as unknown as { allocations: { AllocationID: string }[] };
  for (const { AllocationID } of allocations) await xero().accountant('take-off', { id: AllocationID });
};
/** Due and revenue of all days; the stage has counted its invoice as due, and not as revenue. */
const sums = async () => {
  const { dues, revenue } = await readSums(stage.engine.table)(place.workspace.id, '2026-01-01');
  return [dues, revenue].map((all) => all.reduce((sum, { amount }) => sum + amount.amount, 0));
};

test('F54: an invoice that is voided there is void here with its credit notes, which have to be void there too', async () => {
  const invoice = await sent();
  const note = await credit(invoice);
  await work();
  expect(await sums()).toEqual([12_000, -2_500]);
  await takeCreditsOff();
  await xero().on(invoice, 'void');
  await heard(invoice);
  expect(await xero().now(invoice)).toMatchObject({ status: 'void', credited: gbp(3_000) });
  expect(await shown(note.id)).toMatchObject({ status: 'void', total: gbp(3_000), sync: { state: 'synced' } });
  expect(await sums()).toEqual([0, -12_500]);
  const notice = await readNotice(stage.engine.table)(place.workspace.id, `voided-in-xero#${invoice.id}`);
  expect([notice?.text, notice?.mend].join('\n')).toContain(note.number);
  await compare();
  const [open, ...more] = await xero().discrepancies();
  expect(more).toEqual([]);
  expect(open?.difference).toMatchObject({ subject: 'credit-note', kind: 'status', ours: 'void', theirs: 'AUTHORISED' });
  expect(open && waysOut(open.difference)).toEqual(['ignore']);
  await xero().accountant('void-credit', { id: note.number });
  await compare();
  expect(await xero().discrepancies()).toEqual([]);
  expect(await waiting()).toEqual([]);
});

test('F54: a credit note that never got there does not get there any more, and waits for nobody', async () => {
  const invoice = await sent();
  await xero().on(invoice, 'void');
  await stage.fault({ fault: 'bad-element', match: { method: 'PUT', path: 'CreditNotes' }, times: 1 });
  const note = await credit(invoice);
  await heard(invoice);
  expect(await xero().now(invoice)).toMatchObject({ status: 'void' });
  expect(await shown(note.id)).toMatchObject({ status: 'void', sync: { state: 'off' } });
  expect(await syncOf(stage, place, note.id)).toBeUndefined();
  expect(await sums()).toEqual([0, -12_500]);
  await compare();
  expect([await waiting(), await readParkedWork(stage.engine.table)(place.workspace.id)]).toEqual([[], []]);
  expect(await xero().discrepancies()).toEqual([]);
});

test('F54: a credit note that got there after its invoice was void is held up by nothing, and has to be void there too', async () => {
  const invoice = await sent();
  await xero().on(invoice, 'void');
  const note = await credit(invoice);
  await heard(invoice);
  expect(await shown(note.id)).toMatchObject({ status: 'void', sync: { state: 'synced' } });
  await compare();
  expect([await waiting(), await readParkedWork(stage.engine.table)(place.workspace.id)]).toEqual([[], []]);
  const found = (await xero().discrepancies()).map(({ difference }) => difference);
  expect(found).toEqual([
    expect.objectContaining({ subject: 'credit-note', kind: 'status', ours: 'void', theirs: 'AUTHORISED' }),
  ]);
});

test('F54: money that went back for a credit note is money all the same: a person decides', async () => {
  const invoice = await sent();
  const payment = await xero().paid(invoice, 15_000);
  await work();
  await credit(invoice, { kind: 'full' });
  await work();
  await correctionsIn(stage, () => place).refund(payment, 15_000);
  await work();
  expect(await xero().now(invoice)).toMatchObject({ paid: gbp(0), credited: gbp(15_000), creditRefunded: gbp(15_000) });
  const id = (await xero().there(invoice))['InvoiceID'];
  await stage.clock.advance(61);
  await stage.control('POST', 'tamper', { tenantId, collection: 'invoices', id, set: { Status: 'VOIDED' } });
  await heard(invoice);
  expect(await xero().now(invoice)).toMatchObject({ status: 'paid' });
  const found = (await xero().discrepancies()).map(({ difference }) => difference);
  expect(found).toContainEqual(expect.objectContaining({ subject: 'invoice', kind: 'status', theirs: 'VOIDED' }));
});
