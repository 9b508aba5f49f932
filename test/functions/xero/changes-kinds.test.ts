import { beforeEach, describe, expect, test } from '@jest/globals';
import { noteEvents } from '../../../functions/xero/note-events.ts';
import { parseBill, billKey } from '../../../shared/store/bills.ts';
import type { InvoiceHead } from '../../../shared/store/invoices.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import { comparedBooks, type Standing, type Wire } from '../../support/compared-books.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { changesIn, stampMs } from '../../support/xero-changes.ts';
import { syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId } from '../../support/xero-stage.ts';

// What an accountant does in Xero to credit notes, bills, expenses and quotes, told by webhook or found by a look.

const stage = await forAllTests(startXeroStage({ tier: 5000 }));
let place: TestWorkspace;
let books: ReturnType<typeof comparedBooks>;
const changes = changesIn(stage, () => place);

const begin = async (settings = {}): Promise<void> => {
  place = await stage.fresh();
  books = comparedBooks(stage, () => place);
  await books.begin(settings);
};
beforeEach(() => begin());

const billed = (): Promise<InvoiceHead> => books.invoice({ billing: 'bls_01K00000000000000000000000' });
const there = async (collection: 'invoices' | 'creditNotes', { id }: Standing): Promise<Wire> => {
  const found = (await books.books())[collection] as Wire[];
  return found.find((one) => one['InvoiceNumber'] === id || one['Reference'] === id) ?? {};
};
const ACCPAYId = async (bill: Standing) => (await there('invoices', bill))['InvoiceID'];
/** Tells of a change as Xero's webhook does, and lets the worker see to it. */
const event = async (eventCategory: 'INVOICE' | 'CREDITNOTE', resourceId: unknown, at = stage.clock.now()): Promise<void> => {
  const eventDateUtc = new Date(at).toISOString().slice(0, 23);
  const one = { tenantId, eventCategory, eventType: 'UPDATE', resourceId, eventDateUtc };
  await noteEvents(changes.needs)({ v: 1, body: JSON.stringify({ events: [one] }) });
  await books.work();
};
const bill = async (one: Standing) => {
  const item = await stage.engine.table.get(billKey(place.workspace.id, one.id));
  return item && parseBill(item);
};
/** What an accountant does to a bill, and Xero's word of it. */
const onBill = async (one: Standing, action: string, input: Record<string, unknown> = {}): Promise<void> => {
  const id = await ACCPAYId(one);
  await changes.accountant(action, { id, ...input });
  await event('INVOICE', id);
};

describe('a bill of an expert', () => {
  test('that is paid in Xero is paid here; when the payment is taken back there, it stands as it did', async () => {
    const one = await books.bill(await billed());
    await books.work();
    await onBill(one, 'pay');
    expect(await bill(one)).toMatchObject({ state: 'paid', number: null });
    expect(await syncOf(stage, place, one.id)).toMatchObject({ state: 'synced', xeroStatus: 'PAID' });
    const [payment] = (await books.books()).payments;
    await changes.accountant('delete-payment', { id: payment?.['PaymentID'] });
    await event('INVOICE', await ACCPAYId(one));
    expect(await bill(one)).toMatchObject({ state: 'open' });
    expect(await books.open()).toEqual([]);
  });

  test('that was approved here is payable again then', async () => {
    const one = await books.bill(await billed(), { state: 'payable', number: 'BILL-0001' });
    await books.work();
    await onBill(one, 'pay');
    const [payment] = (await books.books()).payments;
    await changes.accountant('delete-payment', { id: payment?.['PaymentID'] });
    await event('INVOICE', await ACCPAYId(one));
    expect(await bill(one)).toMatchObject({ state: 'payable', number: 'BILL-0001' });
  });

  test('that is paid in part only is not paid', async () => {
    const one = await books.bill(await billed());
    await books.work();
    await onBill(one, 'pay', { Amount: '10.00' });
    expect(await bill(one)).toMatchObject({ state: 'open', version: 1 });
  });

  test('that was paid while every webhook was lost is found by a comparison', async () => {
    const one = await books.bill(await billed());
    await books.work();
    await changes.accountant('pay', { id: await ACCPAYId(one) });
    await books.compare('changed');
    expect(await bill(one)).toMatchObject({ state: 'paid' });
    expect(await books.open()).toEqual([]);
  });

  test('an event that comes twice, and the echo of our own write, cost nothing', async () => {
    const one = await books.bill(await billed());
    await books.work();
    await onBill(one, 'pay');
    const after = await bill(one);
    await stage.resetCalls();
    // Told again later, it is as old as it was.
    const { InvoiceID, UpdatedDateUTC } = await there('invoices', one);
    await stage.clock.advance(2);
    await event('INVOICE', InvoiceID, stampMs(UpdatedDateUTC));
    expect(await bill(one)).toEqual(after);
    expect(await stage.calls()).toEqual([]);
  });

  test.each([
    ['a line that is edited', 'edit-line', { UnitAmount: '80.00' }, ['amount', 'line'], /80.00/],
    ['a day that is moved', 'edit', { Date: '2026-11-01' }, ['date'], /2026-11-01/],
    ['a void', 'void', {}, ['status'], /VOIDED/],
  ])('%s is told, and never taken over', async (_name, action, input, kinds, theirs) => {
    const one = await books.bill(await billed());
    await books.work();
    await onBill(one, action, input);
    const open = await books.open();
    expect(open.map(({ kind }) => kind).toSorted()).toEqual(kinds);
    expect(open.map((difference) => difference.theirs).join(' ')).toMatch(theirs);
    expect(open.every(({ subject, documentId }) => subject === 'bill' && documentId === one.id)).toBe(true);
    expect(await bill(one)).toMatchObject({ state: 'open', version: 1 });
    await stage.work(place.workspace.id);
    expect(await readWaitingWork(stage.engine.table)(place.workspace.id)).toEqual([]);
  });

  test('its number and its due date are the accountant’s', async () => {
    const one = await books.bill(await billed());
    await books.work();
    const id = await ACCPAYId(one);
    await changes.accountant('edit', { id, InvoiceNumber: 'SUPPLIER-77', DueDate: '2027-03-01' });
    await event('INVOICE', id);
    await books.compare();
    expect(await books.open()).toEqual([]);
  });

  test('what is put right again closes by itself', async () => {
    const one = await books.bill(await billed());
    await books.work();
    const [line] = (await there('invoices', one))['LineItems'] as Wire[];
    await onBill(one, 'edit-line', { Description: 'Other words' });
    expect(await books.open()).toMatchObject([{ kind: 'line', subject: 'bill' }]);
    await onBill(one, 'edit-line', { Description: line?.['Description'] });
    expect(await books.open()).toEqual([]);
  });
});

describe('an expense that a member has paid', () => {
  test('that is paid in Xero stays as it is; its void is told', async () => {
    const one = await books.expense('member');
    await books.work();
    await onBill(one, 'pay');
    expect(await books.open()).toEqual([]);
    const other = await books.expense('member');
    await books.work();
    await onBill(other, 'void');
    expect(await books.open()).toMatchObject([{ subject: 'expense', kind: 'status', documentId: other.id, theirs: 'VOIDED' }]);
  });
});

describe('a credit note', () => {
  const noted = async (): Promise<{ note: Standing; id: unknown }> => {
    const note = await books.creditNote(await standing());
    await books.work();
    return { note, id: (await there('creditNotes', note))['CreditNoteID'] };
  };
  const standing = async (): Promise<InvoiceHead> => {
    const invoice = await books.invoice();
    await books.work();
    return invoice;
  };

  test('that is edited in Xero is told by its webhook, and closes when it is put back', async () => {
    const { note, id } = await noted();
    await stage.clock.advance(61);
    await books.tamper('creditNotes', id, { set: { SubTotal: 10, Total: 15 }, silent: false });
    await event('CREDITNOTE', id);
    expect(await books.open()).toMatchObject([
      { subject: 'credit-note', kind: 'amount', documentId: note.id, theirs: 'GBP 15.00' },
    ]);
    await stage.clock.advance(61);
    await books.tamper('creditNotes', id, { set: { SubTotal: 25, Total: 30 }, silent: false });
    await event('CREDITNOTE', id);
    expect(await books.open()).toEqual([]);
  });

  test('that is approved there is set against its invoice at once', async () => {
    await begin({ statusOnPush: 'SUBMITTED' });
    const invoice = await standing();
    await changes.on(invoice, 'approve');
    await changes.event([invoice]);
    await books.work();
    const note = await books.creditNote(invoice);
    await books.work();
    const { CreditNoteID: id, Status } = await there('creditNotes', note);
    expect(Status).toBe('SUBMITTED');
    await stage.clock.advance(61);
    await books.tamper('creditNotes', id, { set: { Status: 'AUTHORISED' }, silent: false });
    await event('CREDITNOTE', id);
    expect((await there('creditNotes', note))['Allocations']).toMatchObject([{ Amount: 30 }]);
    expect(await books.open()).toEqual([]);
  });

  test('an event about somebody else’s credit note is nobody’s business here', async () => {
    await stage.control('POST', 'foreign', { tenantId, others: 1, contacts: 1 });
    const [foreign] = (await books.books()).creditNotes;
    await stage.resetCalls();
    await event('CREDITNOTE', foreign?.['CreditNoteID']);
    expect(await stage.calls()).toEqual([]);
  });
});

describe('a quote', () => {
  const sent = async () => {
    const quote = await books.quote();
    await books.work();
    const [one] = (await books.books()).quotes;
    return { quote, xeroId: one?.['QuoteID'] };
  };

  test('whose words were changed is told by the hourly look, and closes when they are put back', async () => {
    const { quote, xeroId } = await sent();
    const [{ LineItems = [] } = {}] = (await books.books()).quotes as { LineItems?: Wire[] }[];
    await stage.clock.advance(61);
    const edited = LineItems.map((line) => ({ ...line, Description: 'Something else' }));
    await books.tamper('quotes', xeroId, { set: { LineItems: edited }, silent: false });
    await changes.poll();
    expect(await books.open()).toMatchObject([{ subject: 'quote', kind: 'line', documentId: quote.id }]);
    await stage.clock.advance(61);
    await books.tamper('quotes', xeroId, { set: { LineItems }, silent: false });
    await changes.poll();
    expect(await books.open()).toEqual([]);
  });

  test('that is accepted there is accepted here, and nothing else differs', async () => {
    const { xeroId } = await sent();
    await changes.accountant('quote', { id: xeroId, Status: 'ACCEPTED' });
    await books.compare();
    await books.compare();
    expect(await books.open()).toEqual([]);
    expect((await books.books()).quotes.map(({ Status }) => Status)).toEqual(['INVOICED']);
  });
});

describe('a comparison', () => {
  const asked = async (): Promise<string[]> => {
    await stage.resetCalls();
    await books.compare();
    return (await stage.calls()).map(({ path }) => /2\.0\/(\w+)/.exec(path)?.[1] ?? path).toSorted();
  };

  test('asks for nothing of which nothing is here, and never for what a connection of long ago may not see', async () => {
    await books.expense('member');
    await books.work();
    expect(await asked()).toEqual(['Contacts', 'Invoices', 'Invoices', 'Payments']);
    await books.expense('workspace');
    await books.work();
    expect(await asked()).toEqual(['BankTransactions', 'Contacts', 'Invoices', 'Invoices', 'Payments']);
  });

  test('while no account is chosen from which money is spent, bank transactions are not asked for', async () => {
    await begin({ paymentAccount: null });
    await books.expense('workspace');
    await books.work();
    expect(await asked()).toEqual(['Contacts', 'Invoices', 'Invoices', 'Payments']);
  });
});
