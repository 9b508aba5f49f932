import * as z from 'zod';
import type { BankTransfer } from 'xero-node/dist/gen/model/accounting/bankTransfer.js';
import type { Xero } from './client.ts';
import { hundredths } from './compared.ts';
import { noSuchId } from './element.ts';
import { XeroError } from './failure.ts';

const answer = z.object({
  bankTransferID: z.string().optional(),
  reference: z.string().optional(),
  amount: hundredths.optional(),
  status: z.string().optional(),
});
const shape = z.object({ bankTransfers: z.array(answer) });

/** A transfer as it stands in Xero; the amount is hundredths of a major unit. */
export interface TransferThere {
  readonly id: string;
  readonly reference: string;
  readonly amount: bigint;
}

const asTransfer = ({ bankTransferID: id, reference = '', amount = 0n, status }: z.infer<typeof answer>) =>
  id === undefined || id === noSuchId || status === 'DELETED' ? undefined : { id, reference, amount };

/** Transfers between bank accounts that carry one of some references and stand. One call. */
export const findTransfers = async (xero: Xero, references: readonly string[]): Promise<TransferThere[]> => {
  const where = references.map((reference) => `Reference=="${reference.replaceAll('"', '')}"`).join(' OR ');
  const { bankTransfers } = await xero.send(shape, (api, tenantId) => api.getBankTransfers(tenantId, undefined, where));
  return bankTransfers.flatMap((one) => asTransfer(one) ?? []).filter(({ reference }) => references.includes(reference));
};

/** A transfer to be made. `amount` is a decimal in major units, above nothing. */
export interface TransferForXero {
  readonly reference: string;
  readonly amount: number;
  readonly date: string;
  readonly from: string;
  readonly to: string;
}

/** Moves money between two bank accounts; its id there. It can't be taken back over the API. One call. */
export const createTransfer = async (xero: Xero, transfer: TransferForXero, key: string): Promise<string> => {
  const { reference, amount, date, from, to } = transfer;
  const one: BankTransfer = { fromBankAccount: { code: from }, toBankAccount: { code: to }, amount, date, reference };
  const { bankTransfers } = await xero.send(shape, (api, tenantId) =>
    api.createBankTransfer(tenantId, { bankTransfers: [one] }, key),
  );
  const [made] = bankTransfers.flatMap((each) => asTransfer(each) ?? []);
  if (!made) throw new XeroError({ status: 200, code: 'bad-answer' });
  return made.id;
};
