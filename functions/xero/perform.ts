import { done, type WaitingWork, type WorkKind } from '../../shared/store/waiting-work.ts';
import { backfill } from './backfill.ts';
import { changePayment } from './change-payment.ts';
import { organisationInstead } from './follow-organisation.ts';
import { sendScheduled } from './hold-for-calendar.ts';
import { importAll } from './import-all.ts';
import { pullChanges } from './pull-changes.ts';
import { pullContacts } from './pull-contacts.ts';
import { reconcile } from './reconcile.ts';
import { resolveDrift } from './resolve-drift.ts';
import type { Run } from './run.ts';
import { sendAllocation } from './send-allocation.ts';
import { sendBills, sendExpenses } from './send-bills.ts';
import { sendContactDetails } from './send-contact-details.ts';
import { sendContacts } from './send-contacts.ts';
import { sendCreditNotes } from './send-credit-notes.ts';
import { sendInvoices } from './send-invoices.ts';
import { sendPayments } from './send-payments.ts';
import { sendPayout } from './send-payout.ts';
import { sendQuotes } from './send-quotes.ts';
import { sendSentFlags } from './send-sent-flags.ts';
import { sendVoid } from './send-void.ts';
import { sendWithdrawal } from './send-withdrawal.ts';
import { spreadBills } from './spread-bills.ts';
import { tellBlocked } from './tell-blocked.ts';

// What the worker can do: each kind of waiting work, and the flow that does it.

/** Does a batch of one kind. Returns whether it left or made work that can go on at once. */
type Performer = (run: Run, batch: readonly WaitingWork[]) => Promise<boolean>;

/** Documents of one kind that go together, and leave nothing behind. */
const together =
  (flow: (run: Run, batch: readonly WaitingWork[]) => Promise<void>): Performer =>
  async (run, batch) => {
    await flow(run, batch);
    return false;
  };

/** One piece of work after the other; the next may be due already. */
const oneByOne =
  (flow: (run: Run, work: WaitingWork) => Promise<void>): Performer =>
  async (run, batch) => {
    const [first] = batch;
    if (first) await flow(run, first);
    return true;
  };

/** Steps of one long piece of work, which says itself whether the next can be taken at once. */
const inSteps =
  (flow: (run: Run, work: WaitingWork) => Promise<boolean>): Performer =>
  async (run, [first]) =>
    first === undefined ? false : flow(run, first);

/** Reads the contacts that have changed, unless the organisation itself has to be read. */
const readContacts = async (run: Run, work: WaitingWork): Promise<void> => {
  if ((await organisationInstead(run)) || (await pullContacts(run))) await run.world.table.commit([done(run.ws, work)]);
};

const performers: Readonly<Record<WorkKind, Performer>> = {
  contact: together(sendContacts),
  invoice: sendInvoices,
  'sent-flag': together(sendSentFlags),
  quote: sendQuotes,
  payment: sendPayments,
  'payment-change': oneByOne(changePayment),
  payout: oneByOne(sendPayout),
  'credit-note': sendCreditNotes,
  'credit-allocation': oneByOne(sendAllocation),
  bills: oneByOne(spreadBills),
  bill: sendBills,
  expense: sendExpenses,
  void: oneByOne(sendVoid),
  withdraw: oneByOne(sendWithdrawal),
  'pull-contacts': oneByOne(readContacts),
  'pull-changes': async (run, batch) => {
    await pullChanges(run, batch);
    return true;
  },
  reconcile: inSteps(reconcile),
  resolve: oneByOne(resolveDrift),
  backfill: inSteps(backfill),
  'send-scheduled': oneByOne(sendScheduled),
  'contact-details': together(sendContactDetails),
  'import-contacts': inSteps(importAll),
  'tell-blocked': oneByOne(tellBlocked),
};

/** Does one batch of work, all of one kind. Returns whether it left or made work that can go on at once. */
export const perform = (run: Run, kind: WorkKind, batch: readonly WaitingWork[]): Promise<boolean> =>
  performers[kind](run, batch);
