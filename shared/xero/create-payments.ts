import * as z from 'zod';
import type { Payment } from 'xero-node/dist/gen/model/accounting/payment.js';
import type { Xero } from './client.ts';
import { elementShape, noSuchId, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const shape = z.object({
  payments: z.array(z.object({ paymentID: z.string().optional(), updatedDateUTC: z.date().optional(), ...elementShape })),
});

/** A payment as Xero has it, with its stamp where that is known. */
export interface PaymentMade {
  readonly paymentId: string;
  readonly updatedAt?: string | null;
}

/** Records payments on invoices. One call; outcomes in the order of the payments. */
export const createPayments = async (xero: Xero, payments: Payment[], key: string): Promise<Outcome<PaymentMade>[]> => {
  const answer = await xero.send(shape, (api, tenantId) => api.createPayments(tenantId, { payments }, false, key));
  return sameLength(payments, answer.payments).map((element) =>
    outcomeOf(element, ({ paymentID, updatedDateUTC }) =>
      paymentID === undefined || paymentID === noSuchId
        ? undefined
        : { paymentId: paymentID, updatedAt: updatedDateUTC?.toISOString() ?? null },
    ),
  );
};
