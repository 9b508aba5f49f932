import * as z from 'zod';
import { BankTransaction } from 'xero-node/dist/gen/model/accounting/bankTransaction.js';
import { LineAmountTypes } from 'xero-node/dist/gen/model/accounting/lineAmountTypes.js';
import type { Xero } from './client.ts';
import { hundredths } from './compared.ts';
import { elementShape, noSuchId, outcomeOf, type Outcome } from './element.ts';
import { sameLength } from './same-length.ts';

const answer = z.object({
  bankTransactionID: z.string().optional(),
  reference: z.string().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  total: hundredths.optional(),
});
const found = z.object({ bankTransactions: z.array(answer) });
const made = z.object({ bankTransactions: z.array(answer.extend(elementShape)) });

/** Fees as they stand in Xero: hundredths of a major unit, negative where they were given back. */
export interface FeesThere {
  readonly id: string;
  readonly reference: string;
  readonly amount: bigint;
}

const asFees = ({ bankTransactionID: id, reference, type, status, total }: z.infer<typeof answer>): FeesThere | undefined => {
  if (id === undefined || id === noSuchId || (status !== undefined && status !== 'AUTHORISED')) return undefined;
  const amount = total ?? 0n;
  return { id, reference: reference ?? '', amount: type === 'RECEIVE' ? -amount : amount };
};

const pageSize = 100;

/** Money spent or received under a reference that stands. One call. */
export const findFees = async (xero: Xero, reference: string): Promise<FeesThere[]> => {
  const where = `Reference=="${reference.replaceAll('"', '')}"`;
  const { bankTransactions } = await xero.send(found, (api, tenantId) =>
    api.getBankTransactions(tenantId, undefined, where, undefined, 1, undefined, pageSize),
  );
  return bankTransactions.flatMap((one) => asFees(one) ?? []).filter((one) => one.reference === reference);
};

/** Fees to be booked. `amount` is a decimal in major units; below nothing, they are given back. */
export interface FeesForXero {
  readonly reference: string;
  readonly amount: number;
  readonly date: string;
  readonly from: string;
  readonly account: string;
  readonly description: string;
  readonly currency: string;
  readonly contact: { readonly contactID: string } | { readonly name: string };
}

/** The transaction that books fees: money spent from the account on which card payments stand, without tax. */
export const feesFor = (fees: FeesForXero): BankTransaction => ({
  type: fees.amount < 0 ? BankTransaction.TypeEnum.RECEIVE : BankTransaction.TypeEnum.SPEND,
  contact: fees.contact,
  bankAccount: { code: fees.from },
  date: fees.date,
  reference: fees.reference,
  currencyCode: fees.currency as never,
  lineAmountTypes: LineAmountTypes.NoTax,
  lineItems: [{ description: fees.description, quantity: 1, unitAmount: Math.abs(fees.amount), accountCode: fees.account }],
});

/** Books fees. One call. */
export const createFees = async (xero: Xero, bankTransactions: BankTransaction[], key: string): Promise<Outcome<string>[]> => {
  const { bankTransactions: answers } = await xero.send(made, (api, tenantId) =>
    api.createBankTransactions(tenantId, { bankTransactions }, false, undefined, key),
  );
  return sameLength(bankTransactions, answers).map((element) => outcomeOf(element, (one) => asFees(one)?.id));
};

/** Takes fees back that are booked. Xero refuses it (`validation`) once they are matched with the bank. One call. */
export const deleteFees = async (xero: Xero, id: string, key: string): Promise<void> => {
  const bankTransactions = [{ status: BankTransaction.StatusEnum.DELETED } as BankTransaction];
  await xero.send(found, (api, tenantId) => api.updateBankTransaction(tenantId, id, { bankTransactions }, undefined, key));
};
