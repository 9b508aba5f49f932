import * as z from 'zod';
import type { Xero } from './client.ts';
import { XeroError } from './failure.ts';

const shape = z.object({ payments: z.array(z.object({ status: z.string().optional() })).min(1) });

/**
 * Takes a payment back: what it paid is due there again. One call; a refusal is a `XeroError` with the code `validation`, an answer
 * that doesn't say that it is gone a `bad-answer`.
 */
export const deletePayment = async (xero: Xero, { paymentId, key }: { paymentId: string; key: string }): Promise<void> => {
  const { payments } = await xero.send(shape, (api, tenantId) =>
    api.deletePayment(tenantId, paymentId, { status: 'DELETED' }, key),
  );
  if (payments[0]?.status !== 'DELETED') throw new XeroError({ status: 200, code: 'bad-answer' });
};
