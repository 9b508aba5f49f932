import { randomBytes } from 'node:crypto';
import { quotesDoor } from '../../functions/quotes/door.ts';
import type { Client } from '../../shared/store/clients.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { cancelled } from '../../shared/store/waiting-work.ts';
import { syncItemKey } from '../../shared/store/sync-items.ts';
import { remove } from '../../shared/store/write.ts';
import { readXeroSettings, type XeroSettings } from '../../shared/store/xero-settings.ts';
import { startBackfill } from '../../functions/xero/start-backfill.ts';
import { rooms } from './bills.ts';
import { correctionsIn } from './credits.ts';
import { apiEvent, callDoor } from './door-call.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import { changesIn } from './xero-changes.ts';
import { aBakery, aLine, anInvoice } from './xero-documents.ts';
import { callOf, tenantId, type XeroStage } from './xero-stage.ts';

const gbp = (amount: number) => ({ amount, currency: 'GBP' });
let numbers = 0;
type Collection = 'quotes' | 'invoices' | 'creditNotes' | 'bankTransactions';

/** Documents of the time before a workspace was connected to Xero. */
export const earlierDocuments = (stage: XeroStage, place: TestWorkspace) => {
  const { table } = stage.engine;
  const ws = place.workspace.id;
  const corrections = correctionsIn(stage, () => place);
  const door = quotesDoor({
    ...{ table, newId, ring: stage.world.ring, publicUrl: 'https://api.example.com', clock: () => stage.clock.now() },
    ...{
      newSecret: () => randomBytes(32).toString('base64url'),
      random: () => 0.5,
      sleep: async () => undefined,
      mailIsOn: true,
    },
  });
  const ask = async (route: string, params: Record<string, string>, body?: unknown) => {
    const headers = route.startsWith('POST') ? { 'idempotency-key': newId('key') } : {};
    const caller = route.includes('/public/') ? undefined : place.admin;
    const answer = await callDoor(door, apiEvent(caller, route, { params, query: {}, body, headers }));
    if (answer.status >= 300) throw new Error(answer.text);
    return answer.body as { id: string; number: string; termsHash: string; link: { token: string } };
  };
  const client = (): Promise<Client> => aBakery(stage, place);
  const invoice = async (of: Client, issueDate = '2026-03-02'): Promise<InvoiceHead> => {
    const lines = [aLine('1.2500', 10_000, 12_500, 2_500)];
    numbers += 1;
    const number = `OLD-${String(numbers).padStart(4, '0')}`;
    const head = await anInvoice(stage, place, of, { toXero: false, number, issueDate, dueDate: '2026-03-16', lines });
    await table.commit([cancelled(ws, { lane: 'urgent', kind: 'invoice', documentId: head.id })]);
    return head;
  };
  return {
    client,
    invoice,
    /** The workspace is connected from now on, and everything can be sent. */
    connect: async (changes: Partial<XeroSettings> = {}): Promise<void> => {
      await stage.connect(place.admin);
      await stage.work(ws);
      const before = await readXeroSettings(table)(ws);
      const taxTypes = { ...before.taxTypes, 'not-registered': 'NONE' };
      const chosen = { contactPolicy: 'match-or-create', paymentAccount: '090', taxTypes, ...changes } as const;
      await stage.choose(ws, chosen);
      await stage.resetCalls();
    },
    /** Everything since the beginning of the year is to be brought over; all usual kinds unless some are named. */
    bringOver: async (kinds?: readonly string[]) => {
      const body = { from: '2026-01-01', ...(kinds ? { kinds } : {}) };
      return (await startBackfill(stage.world)(callOf(place.admin, { body }))).body as Record<string, unknown>;
    },
    /** A quote that was sent, and accepted where that is wanted. */
    quote: async (of: Client, { accepted = false } = {}) => {
      const lines = [{ description: 'Design', quantity: '12.5', unitPrice: gbp(9500) }];
      const { id } = await ask('POST /v1/quotes', {}, { clientId: of.id, lines });
      const sent = await ask('POST /v1/quotes/{id}/send', { id });
      const { termsHash } = sent;
      if (accepted)
        await ask('POST /v1/public/quotes/{token}/accept', { token: sent.link.token }, { name: 'Ada Lowe', termsHash });
      return sent;
    },
    /** An invoice with a credit note over 30.00 of its 150.00 that was set against it. */
    credited: async (of: Client) => {
      const head = await invoice(of);
      return { head, note: (await corrections.credit(head, { kind: 'amount', amount: gbp(3_000) })) as { id: string } };
    },
    /** An invoice that was paid, of which 30.00 were given back for a credit note. */
    givenBack: async (of: Client) => {
      const head = await invoice(of);
      const payment = await changesIn(stage, () => place).paid(head, 15_000);
      const note = (await corrections.credit(head, { kind: 'amount', amount: gbp(3_000), settle: 'refund' })) as { id: string };
      return { head, payment, note };
    },
    expense: async (paidBy: 'member' | 'workspace'): Promise<{ id: string }> => {
      const spent = {
        jobId: place.job.id,
        date: '2026-03-04',
        amount: gbp(4_200),
        description: 'Train to Leeds',
        billable: false,
      };
      const made = await rooms(table)(place.admin, 'POST /v1/expenses', { body: { ...spent, paidBy } });
      if (made.status !== 201) throw new Error(made.text);
      return made.body as { id: string };
    },
    /** What stands in Xero is nobody's any more: as if a person had typed it in there, and nothing were known of it here. */
    forget: async (ids: readonly string[], collections: readonly Collection[]): Promise<void> => {
      const books = (await stage.books()) as unknown as Record<Collection, Record<string, unknown>[]>;
      const idOf = {
        quotes: 'QuoteID',
        invoices: 'InvoiceID',
        creditNotes: 'CreditNoteID',
        bankTransactions: 'BankTransactionID',
      };
      for (const collection of collections)
        for (const document of books[collection]) {
          const set = { Reference: 'By hand' };
          await stage.control('POST', 'tamper', { tenantId, collection, id: document[idOf[collection]], set });
        }
      await table.commit(ids.map((id) => remove('sync item', syncItemKey(ws, id))));
    },
  };
};
