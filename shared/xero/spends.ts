import * as z from 'zod';
import type { BankTransaction } from 'xero-node/dist/gen/model/accounting/bankTransaction.js';
import type { Xero } from './client.ts';
import { elementShape, noSuchId, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const answer = z.object({
  bankTransactionID: z.string().optional(),
  type: z.string().optional(),
  reference: z.string().optional(),
  status: z.string().optional(),
  subTotal: z.number().optional(),
  total: z.number().optional(),
});
const made = z.object({ bankTransactions: z.array(answer.extend(elementShape)) });
const listed = z.object({ bankTransactions: z.array(answer) });

/** Money that was spent, as Xero has it. */
export interface XeroSpend {
  readonly spendId: string;
  readonly reference: string;
  readonly status: string;
  readonly subtotal: number;
  readonly total: number;
}

const asSpend = (found: z.infer<typeof answer>): XeroSpend | undefined => {
  if (found.bankTransactionID === undefined || found.bankTransactionID === noSuchId) return undefined;
  return {
    spendId: found.bankTransactionID,
    reference: found.reference ?? '',
    status: found.status ?? '',
    subtotal: found.subTotal ?? 0,
    total: found.total ?? 0,
  };
};

/** Books money that was spent. One call; outcomes in the order of what was asked. */
export const createSpends = async (
  xero: Xero,
  bankTransactions: BankTransaction[],
  key: string,
): Promise<Outcome<XeroSpend>[]> => {
  const { bankTransactions: found } = await xero.send(made, (api, tenantId) =>
    api.createBankTransactions(tenantId, { bankTransactions }, false, undefined, key),
  );
  return sameLength(bankTransactions, found).map((element) => outcomeOf(element, asSpend));
};

/** A filter makes the address of the request long. */
const referencesPerCall = 20;
const pageSize = 100;

/** Money that was spent, by our reference. One call for each 20. */
export const findSpends = async (xero: Xero, references: readonly string[]): Promise<XeroSpend[]> => {
  const found: XeroSpend[] = [];
  for (let start = 0; start < references.length; start += referencesPerCall) {
    const where = references
      .slice(start, start + referencesPerCall)
      .map((reference) => `Reference=="${reference.replaceAll('"', '')}"`)
      .join(' OR ');
    const { bankTransactions } = await xero.send(listed, (api, tenantId) =>
      api.getBankTransactions(tenantId, undefined, where, undefined, 1, undefined, pageSize),
    );
    found.push(...bankTransactions.filter(({ type }) => type === 'SPEND').flatMap((one) => asSpend(one) ?? []));
  }
  return found;
};
