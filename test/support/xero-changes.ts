import { paymentWrites } from '../../functions/payments/apply-payment.ts';
import { noteEvents } from '../../functions/xero/note-events.ts';
import { pollAll } from '../../functions/xero/want-changes.ts';
import type { Discrepancy } from '../../shared/store/discrepancies.ts';
import { openDiscrepancies } from '../../shared/store/discrepancies.ts';
import { readInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { parsePayment, paymentIdsOfInvoice, paymentKey, type Payment } from '../../shared/store/payments.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import { tenantId, type XeroStage } from './xero-stage.ts';

/** When Xero says that something was changed last, from its own way of writing it. */
export const stampMs = (stamp: unknown): number => Number(/\d+/.exec(String(stamp))?.[0]);

/** What a test of changes made in Xero needs again and again, for one workspace of a stage. */
export const changesIn = (stage: XeroStage, place: () => TestWorkspace) => {
  const { table } = stage.engine;
  const ws = () => place().workspace.id;
  const needs = { table, clock: () => stage.clock.now(), ring: stage.world.ring };
  const work = () => stage.work(ws());
  const there = async (invoice: InvoiceHead): Promise<Record<string, unknown>> => {
    const found = (await stage.books()).invoices.find(({ InvoiceNumber }) => InvoiceNumber === invoice.number);
    if (!found) throw new Error(`no invoice ${invoice.number} there`);
    return found;
  };
  /** What an accountant does in the books by hand; some minutes later than whatever was before. */
  const accountant = async (action: string, input: Record<string, unknown> = {}): Promise<void> => {
    await stage.clock.advance(61);
    await stage.act(action, input);
  };
  const on = async (invoice: InvoiceHead, action: string, input: Record<string, unknown> = {}): Promise<void> =>
    accountant(action, { id: (await there(invoice))['InvoiceID'], ...input });
  let sequence = 0;
  return {
    needs,
    work,
    there,
    accountant,
    on,
    now: (invoice: InvoiceHead) => readInvoice(table)(ws(), invoice.id),
    /** Tells of changed invoices as Xero's webhook does: of a change just now, or of the latest that Xero has stamped. */
    event: async (
      invoices: InvoiceHead[],
      numbers?: { first: number; last: number },
      { asStamped = false } = {},
    ): Promise<void> => {
      sequence += 1;
      const { first, last } = numbers ?? { first: sequence, last: sequence };
      const events = await Promise.all(
        invoices.map(async (invoice) => {
          const { InvoiceID: resourceId, UpdatedDateUTC: stamp } = await there(invoice);
          const at = new Date(asStamped ? stampMs(stamp) : stage.clock.now());
          const eventDateUtc = at.toISOString().slice(0, 23);
          return { tenantId, eventCategory: 'INVOICE', eventType: 'UPDATE', resourceId, eventDateUtc };
        }),
      );
      await noteEvents(needs)({
        v: 1,
        body: JSON.stringify({ events, ...(numbers ? { firstEventSequence: first, lastEventSequence: last } : {}) }),
      });
    },
    /** The hourly look, and what follows from it. */
    poll: async (): Promise<void> => {
      await stage.clock.advance(3600);
      await pollAll(needs)();
      await work();
    },
    discrepancies: async (): Promise<readonly Discrepancy[]> => openDiscrepancies(table)(ws()),
    payments: async (invoice: InvoiceHead): Promise<Payment[]> => {
      const ids = await paymentIdsOfInvoice(table)(ws(), invoice.id);
      const found = await table.batchGet(ids.map((id) => paymentKey(ws(), id)));
      return [...found.values()].map(parsePayment);
    },
    /** What went back of a payment comes here again: its refund has failed. */
    cameBack: async ({ id }: Pick<Payment, 'id'>): Promise<void> => {
      const before = parsePayment((await table.get(paymentKey(ws(), id))) as never);
      const head = await readInvoice(table)(ws(), before.invoiceId);
      const refunded = { ...before.amount, amount: 0 };
      const after: Payment = { ...before, counts: before.amount, refunded, status: 'succeeded' };
      const by = { ws: ws(), who: null, now: new Date(stage.clock.now()).toISOString(), newId };
      await table.commit([...paymentWrites({ before, after, head }, by).writes]);
    },
    /** A payment recorded here, with all that it changes. */
    paid: async (invoice: InvoiceHead, amount: number): Promise<Payment> => {
      const head = await readInvoice(table)(ws(), invoice.id);
      const money = { amount, currency: invoice.currency };
      const nothing = { amount: 0, currency: invoice.currency };
      const payment: Payment = {
        id: newId('pay'),
        version: 1,
        invoiceId: invoice.id,
        amount: money,
        counts: money,
        refunded: nothing,
        overpaid: nothing,
        method: 'manual',
        origin: 'platform',
        receivedOn: '2026-11-21',
        reference: '',
        status: 'succeeded',
        faults: [],
        paymentIntentId: null,
        createdAt: new Date(stage.clock.now()).toISOString(),
      };
      const by = { ws: ws(), who: null, now: new Date(stage.clock.now()).toISOString(), newId };
      const { writes } = paymentWrites({ before: undefined, after: payment, head }, by);
      await table.commit([...writes]);
      return payment;
    },
  };
};
