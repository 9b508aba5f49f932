import { beforeEach, describe, expect, test } from '@jest/globals';
import { keepPayout, readPayout, type Payout } from '../../../shared/store/payouts.ts';
import { readParkedWork, readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import type { XeroSettings } from '../../../shared/store/xero-settings.ts';
import { balanceIn } from '../../support/clearing.ts';
import { correctionsIn } from '../../support/credits.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { aBakery, anInvoice, aPayment, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage({ tier: 5000, minuteLimit: 1_000 }));
let place: TestWorkspace;

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
const work = () => stage.work(place.workspace.id);
const settle = (changes: Partial<XeroSettings>): Promise<void> => stage.choose(place.workspace.id, changes);
const chosen = { paymentAccount: '090', stripeAccount: '091', payoutAccount: '090', feeAccount: '404' } as const;

beforeEach(async () => {
  place = await stage.connected({ ...chosen, contactPolicy: 'match-or-create' });
  await stage.resetCalls();
});

const parts = { charges: gbp(10_000), refunds: gbp(0), disputes: gbp(0), other: gbp(0) };
/** A payout that has just been recorded: 97.50 of 100.00 arrived. */
const aPayout = async (changes: Partial<Payout> = {}, before?: Payout): Promise<Payout> => {
  const at = new Date(stage.clock.now()).toISOString();
  const payout: Payout = {
    ...{ id: newId('pot'), version: 1, accountId: 'acct_1', stripeId: 'po_1', amount: gbp(9_750), arrivalDate: '2026-11-20' },
    ...{ status: 'paid', automatic: true, fees: gbp(250), parts, toXero: true, createdAt: at },
    ...before,
    ...changes,
    ...(before ? { version: before.version + 1 } : {}),
  };
  const wanted = {
    lane: 'payments',
    kind: 'payout',
    documentId: payout.id,
    version: stage.clock.now(),
    dueAt: at,
    since: at,
  } as const;
  await stage.engine.table.commit([keepPayout(place.workspace.id, payout, before), waits(place.workspace.id, wanted)]);
  return payout;
};

type Row = Record<string, never>;
/** What stands in the books: fees as [type, total, reference], transfers as [from, to, amount, reference]. */
const there = async () => {
  const books = (await stage.books()) as unknown as Record<string, Row[]>;
  const code = (account: unknown) => (account as { Code: string }).Code;
  return {
    fees: (books['bankTransactions'] ?? [])
      .filter(({ Status }) => Status === 'AUTHORISED')
      .map((one) => [one['Type'], one['Total'], one['Reference']]),
    transfers: (books['bankTransfers'] ?? []).map((one) => [
      code(one['FromBankAccount']),
      code(one['ToBankAccount']),
      one['Amount'],
      one['Reference'],
    ]),
  };
};
const writes = async () =>
  (await stage.calls()).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
const waiting = async () => (await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind);
const both = (id: string) => ({
  fees: [['SPEND', 2.5, `${id}-fees`]],
  transfers: [['091', '090', 97.5, id]],
});

describe('a payout in Xero', () => {
  test('is fees that are spent and a transfer to the bank, each once', async () => {
    const { id } = await aPayout();
    await work();
    expect(await there()).toEqual(both(id));
    expect(await writes()).toEqual(['PUT BankTransactions', 'PUT BankTransfers']);
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced', kind: 'payout', pushedVersion: 1 });
    expect(await waiting()).toEqual([]);
    const { bankTransactions } = (await stage.books()) as unknown as Record<string, Row[]>;
    expect(bankTransactions?.[0]).toMatchObject({
      Contact: { Name: 'Stripe' },
      TotalTax: 0,
      LineItems: [{ AccountCode: '404', TaxType: 'NONE' }],
    });
  });

  test('asked for again is looked at, and nothing is made a second time', async () => {
    const payout = await aPayout();
    await work();
    await stage.resetCalls();
    await aPayout({}, payout);
    await work();
    expect(await writes()).toEqual([]);
    expect(await there()).toEqual(both(payout.id));
  });

  test.each([
    ['BankTransactions', 'drop-answer'],
    ['BankTransfers', 'drop-answer'],
    ['BankTransactions', 'late-commit'],
    ['BankTransfers', 'late-commit'],
  ])('whose answer is lost at %s (%s) is there once', async (path, fault) => {
    const { id } = await aPayout();
    await stage.fault({ fault, match: { method: 'PUT', path }, times: 1, seconds: 30 });
    await work();
    for (let minute = 0; minute < 12; minute += 1) {
      await stage.clock.advance(60);
      await work();
    }
    expect(await there()).toEqual(both(id));
    expect(await syncOf(stage, place, id)).toMatchObject({ state: 'synced' });
    expect(await waiting()).toEqual([]);
  });

  test.each(['BankTransactions', 'BankTransfers'])('that never got to %s goes again once that is certain', async (path) => {
    const { id } = await aPayout();
    await stage.fault({ fault: 'server-error', status: 503, match: { method: 'PUT', path }, times: 1 });
    await work();
    for (let minute = 0; minute < 12; minute += 1) {
      await stage.clock.advance(60);
      await work();
    }
    expect(await there()).toEqual(both(id));
  });

  test('whose fees Stripe has yet to say goes first, and the fees follow', async () => {
    const payout = await aPayout({ fees: null, parts: null });
    await work();
    expect(await there()).toEqual({ fees: [], transfers: [['091', '090', 97.5, payout.id]] });
    await aPayout({ fees: gbp(250), parts }, payout);
    await work();
    expect(await there()).toEqual(both(payout.id));
  });

  test('below nothing is money that goes from the bank to Stripe', async () => {
    const { id } = await aPayout({ amount: gbp(-3_035), fees: gbp(-15) });
    await work();
    expect(await there()).toEqual({ fees: [['RECEIVE', 0.15, `${id}-fees`]], transfers: [['090', '091', 30.35, id]] });
  });

  test('that came back is given back there, and its fees with it', async () => {
    const payout = await aPayout();
    await work();
    const failed = await aPayout({ status: 'failed', fees: gbp(0) }, payout);
    await work();
    const after = {
      fees: [],
      transfers: [
        ['091', '090', 97.5, payout.id],
        ['090', '091', 97.5, `${payout.id}-back`],
      ],
    };
    expect(await there()).toEqual(after);
    await aPayout({}, failed);
    await work();
    expect(await there()).toEqual(after);
  });

  test('that came back before it was booked is not booked', async () => {
    await aPayout({ status: 'failed', fees: gbp(0) });
    await work();
    expect(await there()).toEqual({ fees: [], transfers: [] });
    expect(await waiting()).toEqual([]);
  });

  test('on its way is not booked', async () => {
    await aPayout({ status: 'in_transit', fees: null, parts: null });
    await work();
    expect(await there()).toEqual({ fees: [], transfers: [] });
  });
});

describe('the account on which card payments stand', () => {
  const balances = async () => {
    const books = await stage.books();
    return { clearing: balanceIn(books, '091'), bank: balanceIn(books, '090') };
  };

  test('ends at nothing when all is paid out: several payments, a refund, fees, a payout that came back and one that arrived', async () => {
    const bakery = await aBakery(stage, place);
    const byCard = { method: 'card', origin: 'platform' } as const;
    const first = await anInvoice(stage, place, bakery, { status: 'paid', paid: gbp(15_000) });
    const second = await anInvoice(stage, place, bakery, { status: 'partially-paid', paid: gbp(12_000) });
    const payment = await aPayment(stage, place, first, { ...byCard, amount: gbp(15_000), counts: gbp(15_000) });
    await aPayment(stage, place, second, { ...byCard, amount: gbp(12_000), counts: gbp(12_000) });
    await work();
    expect(await balances()).toEqual({ clearing: 27_000, bank: 0 });
    await correctionsIn(stage, () => place).refund(payment, 4_500);
    await work();
    expect(await balances()).toEqual({ clearing: 22_500, bank: 0 });

    const lost = await aPayout({ amount: gbp(22_000), fees: gbp(500) });
    await work();
    expect(await balances()).toEqual({ clearing: 0, bank: 22_000 });
    await aPayout({ status: 'failed', fees: gbp(0) }, lost);
    await work();
    expect(await balances()).toEqual({ clearing: 22_500, bank: 0 });
    await aPayout({ amount: gbp(22_000), fees: gbp(500) });
    await work();
    expect(await balances()).toEqual({ clearing: 0, bank: 22_000 });
  });
});

describe('a payout that cannot go on says why', () => {
  const blockedBy = async (id: string) => (await syncOf(stage, place, id))?.code;

  test.each([['payoutAccount'], ['stripeAccount'], ['feeAccount']])('no %s is chosen; once it is, it goes on', async (field) => {
    await settle({ [field]: null });
    const { id } = await aPayout();
    await work();
    expect(await syncOf(stage, place, id)).toMatchObject({
      state: 'blocked',
      code: 'mapping-missing',
      reason: expect.stringContaining(field),
    });
    expect(await writes()).toEqual([]);
    await settle({ [field]: chosen[field as keyof typeof chosen] });
    await aPayout({}, (await readPayout(stage.engine.table)(place.workspace.id, id))!);
    await work();
    expect(await there()).toEqual(both(id));
  });

  test('an account that is no bank account, or the same one twice', async () => {
    await settle({ stripeAccount: '970' });
    expect(await blockedBy(await workedOn())).toBe('mapping-missing');
    await settle({ stripeAccount: '090' });
    expect(await blockedBy(await workedOn())).toBe('mapping-missing');
    expect(await writes()).toEqual([]);
  });

  test('another currency than that of the accounts, which a transfer would not show', async () => {
    const usd = (amount: number) => ({ amount, currency: 'USD' });
    expect(await blockedBy(await workedOn({ amount: usd(9_750), fees: usd(250) }))).toBe('currency-differs');
    expect(await writes()).toEqual([]);
  });

  test('no contact named Stripe, where none may be made', async () => {
    await settle({ contactPolicy: 'match-only' });
    const id = await workedOn();
    expect(await blockedBy(id)).toBe('contact-unknown');
    const { contacts } = await stage.books();
    expect(contacts.filter(({ Name }) => Name === 'Stripe')).toEqual([]);
  });

  test('payments are not to be sent', async () => {
    await settle({ sync: { contacts: true, invoices: true, quotes: true, payments: false } });
    const id = await workedOn();
    expect(await blockedBy(id)).toBe('sync-off');
    expect(await readParkedWork(stage.engine.table)(place.workspace.id)).toMatchObject([{ kind: 'payout', documentId: id }]);
  });

  const workedOn = async (changes: Partial<Payout> = {}): Promise<string> => {
    const { id } = await aPayout(changes);
    await work();
    return id;
  };
});
