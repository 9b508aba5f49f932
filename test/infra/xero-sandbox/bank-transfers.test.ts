import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Answer, Started, TokenSet } from './support.ts';
import { kestrel, startSandbox } from './support.ts';

const message = (answer: Answer): string => answer.json.Elements[0].ValidationErrors[0].Message as string;

describe('money between bank accounts', () => {
  let sandbox: Started;
  let tokens: TokenSet;
  const call = (method: string, path: string, body?: unknown) => sandbox.call(tokens, method, path, body);
  const move = (fields: object = {}) =>
    call('PUT', 'BankTransfers', {
      BankTransfers: [
        {
          FromBankAccount: { Code: '091' },
          ToBankAccount: { Code: '090' },
          Amount: 12.34,
          Date: '2026-11-10',
          Reference: 'pot_1',
          ...fields,
        },
      ],
    });
  beforeAll(async () => {
    sandbox = await startSandbox();
    tokens = await sandbox.signIn();
  });
  afterAll(() => sandbox.close());

  test('a transfer is made, found by its reference and dumped', async () => {
    const made = (await move()).json.BankTransfers[0];
    expect(made).toMatchObject({
      Amount: 12.34,
      Reference: 'pot_1',
      Status: 'AUTHORISED',
      FromBankAccount: { Code: '091' },
      ToBankAccount: { Code: '090' },
      FromIsReconciled: false,
    });
    const where = encodeURIComponent('Reference=="pot_1"');
    const found = (await call('GET', `BankTransfers?where=${where}`)).json.BankTransfers;
    expect(found.map((one: { BankTransferID: string }) => one.BankTransferID)).toEqual([made.BankTransferID]);
    expect((await call('GET', `BankTransfers/${made.BankTransferID}`)).json.BankTransfers).toEqual([made]);
    expect((await call('GET', `BankTransfers?where=${encodeURIComponent('Reference=="other"')}`)).json.BankTransfers).toEqual([]);
    const { organisations } = (await sandbox.control('GET', `state?tenantId=${kestrel}`)).json;
    expect(organisations[0].bankTransfers).toEqual([made]);
  });

  test.each([
    ['the same account twice', { ToBankAccount: { Code: '091' } }, /must not be the same/],
    ['an account that is no bank account', { ToBankAccount: { Code: '620' } }, /active bank account/],
    ['an account that is not there', { FromBankAccount: { Code: '999' } }, /could not be found/],
    ['nothing to move', { Amount: 0 }, /greater than zero/],
    ['less than nothing', { Amount: -5 }, /greater than zero/],
    ['a third decimal', { Amount: 1.005 }, /2 decimal places/],
  ])('%s is refused', async (_case, fields, words) => {
    const refused = await move(fields);
    expect(refused.status).toBe(400);
    expect(message(refused)).toMatch(words);
  });

  test('a transfer can be neither changed nor taken back', async () => {
    const { BankTransferID } = (await move()).json.BankTransfers[0];
    expect((await call('POST', `BankTransfers/${BankTransferID}`, { Status: 'DELETED' })).status).toBeGreaterThanOrEqual(400);
  });

  test('money spent that is matched with the bank is not taken back', async () => {
    const spend = (IsReconciled: boolean) =>
      call('PUT', 'BankTransactions', {
        Type: 'SPEND',
        Contact: { Name: 'Stripe' },
        BankAccount: { Code: '091' },
        Date: '2026-11-10',
        Reference: 'pot_1-fees',
        IsReconciled,
        LineItems: [{ Description: 'Fees', Quantity: 1, UnitAmount: 2.5, AccountCode: '404', TaxType: 'NONE' }],
      });
    const [free, matched] = [await spend(false), await spend(true)].map(({ json }) => json.BankTransactions[0].BankTransactionID);
    expect((await call('POST', `BankTransactions/${free}`, { Status: 'DELETED' })).json.BankTransactions[0].Status).toBe(
      'DELETED',
    );
    const refused = await call('POST', `BankTransactions/${matched}`, { Status: 'DELETED' });
    expect(refused.status).toBe(400);
    expect(message(refused)).toMatch(/reconciled/);
  });
});
