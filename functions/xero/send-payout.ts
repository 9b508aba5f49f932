import { foundAt } from '../../shared/store/found.ts';
import { parsePayout, payoutKey, type Payout } from '../../shared/store/payouts.ts';
import { parseSyncItem, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import { readBankCurrencies } from '../../shared/xero/bank-currencies.ts';
import { createTransfer } from '../../shared/xero/bank-transfers.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { XeroError } from '../../shared/xero/failure.ts';
import { createFees, deleteFees, feesFor } from '../../shared/xero/fee-transactions.ts';
import { refusedByXero, syncIsOff } from './blocks.ts';
import { contactOfFees } from './contact-of-fees.ts';
import { firstOpenDate, followOrganisation, mayBeLocked } from './follow-organisation.ts';
import { accountsDiffer, accountMissing, feesMatched, notABank, notSayable, sameAccount } from './payout-blocks.ts';
import {
  afterAction,
  lookAtPayout,
  nextFor,
  referenceOf,
  steps,
  type PayoutAction,
  type PayoutThere,
} from './payout-documents.ts';
import type { Run } from './run.ts';
import { sendBatch } from './send-batch.ts';
import { blocked, settle, syncItemOf, type Block } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: books Stripe's fees and payouts, so that the account on which card payments stand ends at nothing. What stands
// there is looked at before anything is sent, so that each document is made once.

interface Booking {
  readonly work: WaitingWork & { kind: 'payout' };
  readonly payout: Payout;
  readonly item: SyncItem | undefined;
}

/** Brings one payout in Xero to where it stands here. Leaves its work waiting where it has to be looked at once more. */
export const sendPayout = async (run: Run, work: WaitingWork): Promise<void> => {
  const one = await gather(run, work);
  if (!one) return settle(run, [{ work }], { closing: false });
  if (!run.settings.sync.payments) return stop(run, one, syncIsOff('payments', ' and payouts'));
  let there = await lookAtPayout(run, one.payout);
  let accounts: Accounts | undefined;
  for (;;) {
    const action = nextFor(one.payout, there);
    if (!action) return settle(run, [{ work, item: bookedItem(run, one, there) }], { closing: false });
    if (action.do === 'not-sayable') return stop(run, one, notSayable);
    if (action.do === 'make' && !accounts) {
      const chosen = await accountsFor(run, one.payout);
      if ('code' in chosen) return stop(run, one, chosen);
      accounts = chosen;
    }
    const id =
      action.do === 'make' ? await make(run, one, action, accounts as Accounts) : await takeFeesBack(run, one, action.id);
    if (id === undefined) return;
    there = afterAction(one.payout, there, action, id);
  }
};

const gather = async (run: Run, work: WaitingWork): Promise<Booking | undefined> => {
  const { ws, world, tenantId } = run;
  const id = work.documentId;
  const found = await world.table.batchGet([payoutKey(ws, id), syncItemKey(ws, id)]);
  const payout = foundAt(found, payoutKey(ws, id), parsePayout);
  const item = foundAt(found, syncItemKey(ws, id), parseSyncItem);
  // What is on its way may still not arrive; what stands in other books is left alone there.
  if (!payout || payout.status === 'pending' || payout.status === 'in_transit') return undefined;
  if (item?.xeroId != null && item.tenantId != null && item.tenantId !== tenantId) return undefined;
  return { work: { ...work, kind: 'payout' }, payout, item };
};

interface Accounts {
  readonly clearing: string;
  readonly bank: string;
  readonly fees: string | null;
}

/** A transfer carries no currency: both accounts must have the payout's. One call. */
const accountsFor = async ({ settings, books }: Run, { amount, fees }: Payout): Promise<Accounts | Block> => {
  const { stripeAccount: clearing, payoutAccount: bank, feeAccount } = settings;
  if (clearing === null) return accountMissing('stripeAccount');
  if (bank === null) return accountMissing('payoutAccount');
  if (fees !== null && fees.amount !== 0 && feeAccount === null) return accountMissing('feeAccount');
  if (clearing === bank) return sameAccount(bank);
  const currencies = await readBankCurrencies(books);
  for (const code of [clearing, bank]) {
    const currency = currencies.get(code);
    if (currency === undefined) return notABank(code);
    if (currency !== null && currency !== amount.currency) return accountsDiffer(code, currency, amount.currency);
  }
  return { clearing, bank, fees: feeAccount };
};

type Making = Extract<PayoutAction, { do: 'make' }>;

/** Makes one document; its id there. Undefined when the payout can't go on now. */
const make = async (run: Run, one: Booking, action: Making, accounts: Accounts): Promise<string | undefined> => {
  const send = action.step === 'fees' ? await feeCall(run, one, action, accounts) : transferCall(run, one, action, accounts);
  if ('code' in send) {
    await stop(run, one, send);
    return undefined;
  }
  let outcome: Outcome<string> | undefined;
  await sendBatch(run, [{ work: one.work, documentVersion: steps[action.step], payload: send.payload }], {
    kind: 'payout',
    call: async (_payloads, key) => [await send.call(key)],
    settle: async ([result]) => {
      outcome = result?.outcome as Outcome<string> | undefined;
      await settle(run, [], { closing: true });
    },
  });
  if (outcome?.ok) return outcome.value;
  await afterRefusal(run, one, outcome?.messages ?? []);
  return undefined;
};

type Call = { payload: unknown; call: (key: string) => Promise<Outcome<string>> };

const feeCall = async (run: Run, { payout }: Booking, { amount }: Making, accounts: Accounts): Promise<Call | Block> => {
  const contact = await contactOfFees(run);
  if ('code' in contact) return contact;
  const payload = feesFor({
    reference: referenceOf(payout, 'fees'),
    amount: Number(amount) / 100,
    date: firstOpenDate(run, payout.arrivalDate),
    from: accounts.clearing,
    account: accounts.fees ?? '',
    description: `Stripe's fees on the payout of ${payout.arrivalDate}`,
    currency: payout.amount.currency,
    contact,
  });
  const call = async (key: string): Promise<Outcome<string>> =>
    (await createFees(run.books, [payload], key))[0] ?? { ok: false, messages: [] };
  return { payload, call };
};

const transferCall = (run: Run, { payout }: Booking, { step, amount }: Making, { clearing, bank }: Accounts): Call => {
  const isOut = amount > 0n;
  const payload = {
    reference: referenceOf(payout, step),
    amount: Math.abs(Number(amount)) / 100,
    date: firstOpenDate(run, payout.arrivalDate),
    from: isOut ? clearing : bank,
    to: isOut ? bank : clearing,
  };
  return { payload, call: async (key) => ({ ok: true, value: await createTransfer(run.books, payload, key) }) };
};

/** Taking back is the same however often it is done, so that nothing has to be remembered of it. */
const takeFeesBack = async (run: Run, one: Booking, id: string): Promise<string | undefined> => {
  try {
    await deleteFees(run.books, id, run.world.newId('back'));
    return id;
  } catch (error) {
    if (!(error instanceof XeroError) || error.code !== 'validation') throw error;
    await (mayBeLocked(error.messages)
      ? stop(run, one, refusedByXero('to book the payout', error.messages))
      : stop(run, one, feesMatched(error.messages)));
    return undefined;
  }
};

/** A period that was closed meanwhile: it goes again with the first open date. Whatever else Xero names, a person has to mend. */
const afterRefusal = async (run: Run, one: Booking, messages: readonly string[]): Promise<void> => {
  const before = run.connection.lockDate ?? '';
  if (mayBeLocked(messages)) await followOrganisation(run);
  if ((run.connection.lockDate ?? '') > before) return;
  await stop(run, one, refusedByXero('to book the payout', messages));
};

const bookedItem = (run: Run, { work, payout, item }: Booking, { transfers, fees }: PayoutThere): SyncItem =>
  syncItemOf(run, work, item, {
    state: 'synced',
    xeroId: transfers[0]?.id ?? fees[0]?.id ?? item?.xeroId ?? null,
    pushedVersion: payout.version,
    lastSyncedAt: instantAt(run.world),
  });

const stop = (run: Run, { work, item }: Booking, block: Block): Promise<void> =>
  settle(run, [blocked(run, work, item, block)], { closing: false });
