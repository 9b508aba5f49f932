import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from '../../../shared/store/clients.ts';
import { readInvoice, replaceInvoice, type InvoiceHead } from '../../../shared/store/invoices.ts';
import { comparisonWanted, readReconciliation } from '../../../shared/store/reconciliation.ts';
import { readWaitingWork, waits } from '../../../shared/store/waiting-work.ts';
import { readXeroSettings, replaceXeroSettings } from '../../../shared/store/xero-settings.ts';
import { counting, crashingAt, untilCrash, workCrashing } from '../../support/crashing.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aClient, anInvoice, syncOf } from '../../support/xero-documents.ts';
import type { TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage, tenantId, type XeroStage } from '../../support/xero-stage.ts';

let stage: XeroStage;
let place: TestWorkspace;
let known: Client;
let made = 0;

beforeAll(async () => {
  stage = await startXeroStage({ tier: 5000 });
  await stage.control('POST', 'settings', { tier: 1_000_000, minuteLimit: 1_000 });
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.control('POST', 'settings', { idempotencyMinutes: 6 });
  await connectedPlace();
});

const connectedPlace = async (): Promise<void> => {
  place = await stage.fresh();
  await stage.connect(place.admin);
  await stage.work(place.workspace.id);
  const settings = await readXeroSettings(stage.engine.table)(place.workspace.id);
  const chosen = { contactPolicy: 'match-or-create', paymentAccount: '090' } as const;
  await stage.engine.table.commit([replaceXeroSettings(place.workspace.id, settings, chosen)]);
  known = await aClient(stage, place, { name: 'Harbour Bakery Ltd', email: 'accounts@harbourbakery.example' });
};

/** A piece of work: what leads to it, and how things stand on both sides after it, without ids and instants. */
interface Workflow {
  readonly begin: () => Promise<() => Promise<unknown>>;
}

const xero = () => changesIn(stage, () => place);
const now = (): string => new Date(stage.clock.now()).toISOString();
const money = (amount: number) => ({ amount, currency: 'GBP' });

const standing = async (invoice: InvoiceHead) => {
  const [here, sync, payments, books, waiting, open] = await Promise.all([
    xero().now(invoice),
    syncOf(stage, place, invoice.id),
    xero().payments(invoice),
    stage.books(),
    readWaitingWork(stage.engine.table)(place.workspace.id),
    xero().discrepancies(),
  ]);
  const there = books.invoices.filter(({ InvoiceNumber }) => InvoiceNumber === invoice.number);
  const paymentsThere = books.payments.filter(
    (one) => (one['Invoice'] as Record<string, unknown>)['InvoiceID'] === there[0]?.['InvoiceID'],
  );
  return {
    here: [here?.status, here?.paid.amount, here?.dueDate],
    sync: [sync?.state, sync?.code, sync?.xeroStatus],
    payments: payments.map(({ origin, status, counts }) => [origin, status, counts.amount]),
    paymentsSynced: await Promise.all(payments.map(async ({ id }) => (await syncOf(stage, place, id))?.state)),
    there: there.map((one) => [one['Status'], one['AmountDue'], one['Total']]),
    contacts: books.contacts.filter(({ ContactNumber }) => ContactNumber === invoice.clientId).length,
    paymentsThere: paymentsThere.map((one) => [one['Status'], one['Amount']]),
    waiting: waiting.map(({ kind }) => kind),
    discrepancies: open.filter(({ difference }) => difference.documentId === invoice.id).length,
    comparison: (await readReconciliation(stage.engine.table)(place.workspace.id)).state,
  };
};

const newClient = (): Promise<Client> => {
  made += 1;
  return aClient(stage, place, { name: `Venture ${made}`, email: `venture-${made}@ventures.example` });
};

const workflows: Record<string, Workflow> = {
  'a push of an invoice and a part payment': {
    begin: async () => {
      const invoice = await anInvoice(stage, place, known);
      await xero().paid(invoice, 5_000);
      return () => standing(invoice);
    },
  },
  'a void': {
    begin: async () => {
      const invoice = await anInvoice(stage, place, known);
      await stage.work(place.workspace.id);
      const head = (await readInvoice(stage.engine.table)(place.workspace.id, invoice.id)) as InvoiceHead;
      const at = now();
      const work = {
        lane: 'urgent',
        kind: 'void',
        documentId: invoice.id,
        version: stage.clock.now(),
        dueAt: at,
        since: at,
      } as const;
      await stage.engine.table.commit([
        replaceInvoice(place.workspace.id, { ...head, status: 'voiding' }),
        waits(place.workspace.id, work),
      ]);
      return () => standing(invoice);
    },
  },
  'a push of a contact, an invoice and a part payment': {
    begin: async () => {
      const invoice = await anInvoice(stage, place, await newClient());
      await xero().paid(invoice, 5_000);
      return () => standing(invoice);
    },
  },
  'a pull of a payment and another due date': {
    begin: async () => {
      const invoice = await anInvoice(stage, place, known);
      await stage.work(place.workspace.id);
      await xero().on(invoice, 'due-date', { DueDate: '2026-12-24' });
      await xero().on(invoice, 'pay', { account: '090', amount: '40.00', date: '2026-11-21' });
      await xero().event([invoice]);
      return () => standing(invoice);
    },
  },
  'a comparison that finds a difference': {
    begin: async () => {
      // What others have left would be compared each time.
      await connectedPlace();
      const invoice = await anInvoice(stage, place, known);
      await stage.work(place.workspace.id);
      const { InvoiceID: id } = await xero().there(invoice);
      await stage.control('POST', 'tamper', {
        tenantId,
        collection: 'invoices',
        id,
        set: { Reference: 'by hand' },
        silent: true,
      });
      await stage.clock.advance(61);
      const { table } = stage.engine;
      const read = await readReconciliation(table)(place.workspace.id);
      const wanted = { scope: 'all' as const, version: stage.clock.now(), at: now(), dueAt: now() };
      await table.commit(comparisonWanted(place.workspace.id, read, wanted).writes);
      return () => standing(invoice);
    },
  },
};
const names = Object.keys(workflows);
const workflow = (name: string): Workflow => workflows[name] as Workflow;

const recovered = async (): Promise<void> => {
  for (let later = 0; later < 2; later += 1) {
    await stage.clock.advance(9 * 60);
    await stage.work(place.workspace.id);
  }
};

const undisturbed = async (name: string) => {
  const ended = await workflow(name).begin();
  const counter = counting();
  await workCrashing(stage, place, counter);
  await recovered();
  return { end: await ended(), calls: counter.calls() };
};

/** Nothing happens between two calls: a crash after one is a crash before the next. */
const crashesOf = (calls: number): [number, 'before' | 'after'][] => [
  [1, 'before'],
  ...Array.from({ length: calls }, (_, before): [number, 'after'] => [before + 1, 'after']),
];

describe('R2, F49: whenever the worker is cut off', () => {
  test.each(names)('in %s, both sides end as if it had not been', async (name) => {
    const { end, calls } = await undisturbed(name);
    expect(calls).toBeGreaterThan(4);
    for (const [n, when] of crashesOf(calls)) {
      const ended = await workflow(name).begin();
      const first = crashingAt(n, when);
      await untilCrash(first, () => workCrashing(stage, place, first));
      await recovered();
      expect({ crash: `${when} ${n}`, end: await ended() }).toEqual({ crash: `${when} ${n}`, end });
    }
  });
});

describe('R7: a part payment whose request is carried out late', () => {
  test.each([0, 6, 'forever'] as const)('is booked once when Xero keeps keys for %s minutes', async (idempotencyMinutes) => {
    await stage.control('POST', 'settings', { idempotencyMinutes });
    for (const seconds of [1, 30, 7 * 60]) {
      const invoice = await anInvoice(stage, place, known);
      await stage.work(place.workspace.id);
      await stage.fault({ fault: 'late-commit', match: { method: 'PUT', path: 'Payments' }, seconds });
      await xero().paid(invoice, 5_000);
      await stage.work(place.workspace.id);
      await stage.clock.advance(60);
      await stage.work(place.workspace.id);
      await recovered();
      const { here, paymentsThere, paymentsSynced, waiting } = await standing(invoice);
      expect({ seconds, here, paymentsThere, paymentsSynced, waiting }).toEqual({
        seconds,
        here: ['partially-paid', money(5_000).amount, '2026-12-04'],
        paymentsThere: [['AUTHORISED', 50]],
        paymentsSynced: ['synced'],
        waiting: [],
      });
    }
  });
});
