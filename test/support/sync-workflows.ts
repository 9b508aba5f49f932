import { accessTokens } from '../../functions/xero/access-token.ts';
import { giveUpStale } from '../../functions/invoices/give-up-stale.ts';
import { voidInvoice } from '../../functions/invoices/void-invoice.ts';
import type { XeroWorld } from '../../functions/xero/world.ts';
import { noteEvents } from '../../functions/xero/note-events.ts';
import { startBackfill } from '../../functions/xero/start-backfill.ts';
import type { Client } from '../../shared/store/clients.ts';
import { shardOf, workspacesWithDueWork } from '../../shared/store/due.ts';
import type { InvoiceHead } from '../../shared/store/invoices.ts';
import { comparisonWanted, readReconciliation } from '../../shared/store/reconciliation.ts';
import { cancelled } from '../../shared/store/waiting-work.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import type { XeroSettings } from '../../shared/store/xero-settings.ts';
import { bothSides } from './both-sides.ts';
import type { Case, Workflow } from './crash-cases.ts';
import { crashingWorld, workCrashing, type Crashing } from './crashing.ts';
import { changesIn } from './xero-changes.ts';
import { aBakery, aClient, anInvoice } from './xero-documents.ts';
import { newId, type TestWorkspace } from './workspace.ts';
import { callOf, tenantId, type XeroStage } from './xero-stage.ts';

const unknown = { name: 'Venture One', email: 'one@ventures.example' };

/** Everything that the worker does, each time in a workspace and with books of its own. */
export const syncWorkflows = (stage: XeroStage) => {
  const { table } = stage.engine;
  const now = (): string => new Date(stage.clock.now()).toISOString();

  let eventNumber = 0;

  const connected = (settings: Partial<XeroSettings> = {}): Promise<TestWorkspace> =>
    stage.connected({ contactPolicy: 'match-or-create', paymentAccount: '090', ...settings });

  /** The schedules, as often as it takes: the sweep that rings where work is due, and the one that frees what is held. */
  const recovered = async ({ workspace: { id } }: TestWorkspace): Promise<void> => {
    for (const seconds of [61, 9 * 60, 9 * 60]) {
      await stage.clock.advance(seconds);
      await giveUpStale({ table, now, tell: () => undefined });
      const due = await workspacesWithDueWork(table)(shardOf(id), now());
      if (due.includes(id)) await stage.work(id);
    }
  };

  const caseOf = (place: TestWorkspace): Case => ({
    run: (crash) => workCrashing(stage, place, crash),
    recover: () => recovered(place),
    end: () => bothSides(stage, place),
  });

  const pushOf = async (place: TestWorkspace, client: Client): Promise<Case> => {
    const invoice = await anInvoice(stage, place, client);
    await changesIn(stage, () => place).paid(invoice, 5_000);
    return caseOf(place);
  };

  /** An invoice that stands on both sides. */
  const pushed = async () => {
    const place = await connected();
    const invoice = await anInvoice(stage, place, await aBakery(stage, place));
    await stage.work(place.workspace.id);
    return { place, invoice, xero: changesIn(stage, () => place) };
  };

  const push: Workflow = async () => {
    const place = await connected();
    return pushOf(place, await aBakery(stage, place));
  };

  /** Another invoice comes in while the first are cut off: what is sent again must be what was sent. */
  const growingPush: Workflow = async () => {
    const place = await connected();
    const client = await aBakery(stage, place);
    const { run, recover, end } = await pushOf(place, client);
    let runs = 0;
    const comesIn = async (): Promise<void> => {
      runs += 1;
      if (runs === 2) await anInvoice(stage, place, client);
    };
    return {
      run: (crash) => comesIn().then(() => run(crash)),
      recover: () => comesIn().then(recover),
      end,
    };
  };

  /** With all that may come before: a token that has ended, a contact that isn't there yet. */
  const wholePush: Workflow = async () => {
    const place = await connected();
    const pushing = await pushOf(place, await aClient(stage, place, unknown));
    await stage.clock.advance(30 * 60);
    return pushing;
  };

  const refusedPush: Workflow = async () => {
    const place = await connected({ contactPolicy: 'match-only' });
    return pushOf(place, await aClient(stage, place, unknown));
  };

  const voiding: Workflow = async () => {
    const { place, invoice } = await pushed();
    const ask = (world: XeroWorld): Promise<unknown> => {
      const closeCheckout = async (): Promise<void> => undefined;
      const asked = { params: { id: invoice.id } };
      return voidInvoice({ table: world.table, now, newId, ring: world.ring, closeCheckout })(callOf(place.finance, asked));
    };
    const run = async (crash: Crashing): Promise<void> => {
      await ask(crashingWorld(stage, crash));
      await workCrashing(stage, place, crash);
    };
    // Whoever got no answer asks again.
    const recover = (): Promise<void> => ask(stage.world).then(() => recovered(place));
    return { ...caseOf(place), run, recover };
  };

  /** A body of events of Xero in its queue, and the worker that it wakes. */
  const toldBy = (place: TestWorkspace, body: object): Case => {
    const message = { v: 1, body: JSON.stringify(body) };
    let taken = false;
    // A message comes again until somebody has come to its end.
    const note = async (world: XeroWorld): Promise<void> => {
      if (!taken) await noteEvents({ table: world.table, clock: world.clock, ring: world.ring })(message);
      taken = true;
    };
    return {
      ...caseOf(place),
      run: (crash) => note(crashingWorld(stage, crash)).then(() => workCrashing(stage, place, crash)),
      recover: () => note(stage.world).then(() => recovered(place)),
    };
  };

  const told = (place: TestWorkspace, resourceId: unknown): Case => {
    const eventDateUtc = now().slice(0, 23);
    return toldBy(place, { events: [{ tenantId, eventCategory: 'INVOICE', eventType: 'UPDATE', resourceId, eventDateUtc }] });
  };

  /** Nobody told of a change, and the numbers of events show that some were lost. */
  const lostEvent: Workflow = async () => {
    const { place, invoice, xero } = await pushed();
    await xero.on(invoice, 'due-date', { DueDate: '2026-12-24' });
    const numbered = (number: number) => ({ events: [], firstEventSequence: number, lastEventSequence: number });
    const first = (eventNumber += 4);
    for (const number of [first, first + 2]) {
      const body = JSON.stringify(numbered(number));
      await noteEvents({ table, clock: stage.world.clock, ring: stage.world.ring })({ v: 1, body });
    }
    await stage.clock.advance(61);
    return toldBy(place, numbered(first + 3));
  };

  const pull: Workflow = async () => {
    const { place, invoice, xero } = await pushed();
    await xero.on(invoice, 'due-date', { DueDate: '2026-12-24' });
    await xero.on(invoice, 'pay', { account: '090', amount: '40.00', date: '2026-11-21' });
    return told(place, (await xero.there(invoice))['InvoiceID']);
  };

  const pullOfVoid: Workflow = async () => {
    const { place, invoice, xero } = await pushed();
    await xero.on(invoice, 'void');
    return told(place, (await xero.there(invoice))['InvoiceID']);
  };

  const comparison: Workflow = async () => {
    const { place, invoice, xero } = await pushed();
    const ws = place.workspace.id;
    const id = (await xero.there(invoice))['InvoiceID'];
    const set = { Reference: 'by hand' };
    await stage.control('POST', 'tamper', { tenantId, collection: 'invoices', id, set, silent: true });
    await stage.clock.advance(61);
    const wanted = { scope: 'all' as const, version: stage.clock.now(), at: now(), dueAt: now() };
    await table.commit(comparisonWanted(ws, await readReconciliation(table)(ws), wanted).writes);
    return caseOf(place);
  };

  /** What was issued before the books were connected: one that is sent with its payment, and one whose number is taken there. */
  const catchingUp: Workflow = async () => {
    const place = await connected();
    const ws = place.workspace.id;
    const client = await aBakery(stage, place);
    const early = { toXero: false, issueDate: '2026-03-02' } as const;
    const invoices = [await anInvoice(stage, place, client, early), await anInvoice(stage, place, client, early)];
    const payment = await changesIn(stage, () => place).paid(invoices[0] as InvoiceHead, 5_000);
    await table.commit([
      ...invoices.map(({ id }) => cancelled(ws, { lane: 'urgent', kind: 'invoice', documentId: id })),
      cancelled(ws, { lane: 'payments', kind: 'payment', documentId: payment.id }),
    ]);
    await stage.control('POST', 'foreign', { tenantId, invoices: 1, contacts: 0 });
    const id = (await stage.books()).invoices[0]?.['InvoiceID'];
    const set = { InvoiceNumber: invoices[1]?.number, Date: '2026-03-02', DueDate: '2026-03-16' };
    await stage.control('POST', 'tamper', { tenantId, collection: 'invoices', id, set });
    await startBackfill(stage.world)(callOf(place.admin, { body: { from: '2026-01-01', kinds: ['invoice', 'payment'] } }));
    return caseOf(place);
  };

  const refresh: Workflow = async () => {
    const place = await connected();
    const ws = place.workspace.id;
    await stage.clock.advance(30 * 60);
    const get = async (world: XeroWorld) => accessTokens(world).get(ws, await readXeroConnection(table)(ws));
    return {
      run: (crash) => get(crashingWorld(stage, crash)),
      recover: () => recovered(place),
      end: async () => ({ token: (await get(stage.world)) !== '', ...(await bothSides(stage, place)) }),
    };
  };

  return {
    'a push of an invoice and its payment': push,
    'a push to which another invoice comes in meanwhile': growingPush,
    'a push that first needs a token and a contact': wholePush,
    'a push of what nobody can send': refusedPush,
    'a void': voiding,
    'a pull of a payment and another due date': pull,
    'a pull of a void': pullOfVoid,
    'a pull after a lost event': lostEvent,
    'a comparison that finds a difference': comparison,
    'a backfill': catchingUp,
    'a refresh of the token': refresh,
  };
};

export type WorkflowName = keyof ReturnType<typeof syncWorkflows>;
