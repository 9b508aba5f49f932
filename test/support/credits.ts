import type { Call, RouteOf } from '../../shared/api/call.ts';
import type { creditNoteRoutes } from '../../shared/api/credit-notes.ts';
import type { invoiceRoutes } from '../../shared/api/invoices.ts';
import type { paymentRoutes } from '../../shared/api/payments.ts';
import { returnToDraft } from '../../functions/invoices/return-to-draft.ts';
import { issueDraft } from '../../functions/invoices/issue-draft.ts';
import { voidInvoice } from '../../functions/invoices/void-invoice.ts';
import { createCreditNote } from '../../functions/payments/create-credit-note.ts';
import { refundPayment } from '../../functions/payments/refund-payment.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import type { Payment } from '../../shared/store/payments.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import { callOf, type XeroStage } from './xero-stage.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export type Body = any;

/** What a member of finance does to put an invoice right, on a stage without Stripe. */
export const correctionsIn = (stage: XeroStage, place: () => TestWorkspace) => {
  const needs = () => ({
    table: stage.engine.table,
    stripe: async () => {
      throw new Error('there is no Stripe here');
    },
    events: { send: async () => undefined },
    now: () => new Date(stage.clock.now()).toISOString(),
    newId,
    ring: stage.world.ring,
    closeCheckout: async () => undefined,
  });
  return {
    credit: async (invoice: Pick<InvoiceHead, 'id'>, body: object): Promise<Body> => {
      const whole = { reason: '', settle: 'allocate', releaseTime: true, ...body };
      const call = callOf<Call<RouteOf<typeof creditNoteRoutes, 'createCreditNote'>>>(place().admin, {
        ...{ params: { id: invoice.id }, body: whole },
      });
      return (await createCreditNote(needs())(call as never)).body;
    },
    refund: async (payment: Pick<Payment, 'id'>, amount: number, currency = 'GBP'): Promise<Body> => {
      const body = { amount: { amount, currency }, reason: '' };
      const call = callOf<Call<RouteOf<typeof paymentRoutes, 'refundPayment'>>>(place().admin, {
        params: { id: payment.id },
        body,
      });
      return (await refundPayment(needs())(call as never)).body;
    },
    toDraft: async (invoice: Pick<InvoiceHead, 'id'>): Promise<Body> => {
      const call = callOf<Call<RouteOf<typeof invoiceRoutes, 'returnToDraft'>>>(place().admin, { params: { id: invoice.id } });
      return (await returnToDraft(needs())(call as never)).body;
    },
    void: async (invoice: Pick<InvoiceHead, 'id'>): Promise<Body> => {
      const call = callOf<Call<RouteOf<typeof invoiceRoutes, 'voidInvoice'>>>(place().admin, { params: { id: invoice.id } });
      return (await voidInvoice(needs())(call as never)).body;
    },
    issue: async (invoice: Pick<InvoiceHead, 'id'>): Promise<Body> => {
      const call = callOf(place().admin, { params: { id: invoice.id }, ifMatch: '*' });
      return (await issueDraft(needs())(call as never)).body;
    },
  };
};
