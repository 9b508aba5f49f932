import { beforeEach, describe, expect, test } from '@jest/globals';
import { documentsDoor } from '../../../functions/documents/door.ts';
import { readInvoice } from '../../../shared/store/invoices.ts';
import { readWaitingWork } from '../../../shared/store/waiting-work.ts';
import type { Client } from '../../../shared/store/clients.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { sendTo } from '../../support/send.ts';
import { changesIn } from '../../support/xero-changes.ts';
import { aBakery, anInvoice, syncOf } from '../../support/xero-documents.ts';
import { newId, type TestWorkspace } from '../../support/workspace.ts';
import { startXeroStage } from '../../support/xero-stage.ts';

const stage = await forAllTests(startXeroStage());
let place: TestWorkspace;
let bakery: Client;
const xero = changesIn(stage, () => place);

beforeEach(async () => {
  place = await stage.connected();
  bakery = await aBakery(stage, place);
});

const mailed = async ({ id }: { id: string }): Promise<void> => {
  const door = documentsDoor({
    table: stage.engine.table,
    newId,
    newSecret: () => 'x'.repeat(43),
    ring: async () => undefined,
    draw: async () => new Uint8Array(),
    readPicture: async () => ({ type: 'image/png', width: 1, height: 1, bytes: new Uint8Array() }),
    publicUrl: 'https://api.example.com',
    mailIsOn: true,
    clock: stage.clock.now,
    random: () => 0.5,
    sleep: async () => undefined,
  });
  const answer = await sendTo(door as never)({
    route: 'POST /v1/invoices/{id}/send',
    from: place.admin,
    params: { id },
    headers: { 'idempotency-key': newId('key') },
  });
  expect(answer.status).toBe(200);
  expect((await readInvoice(stage.engine.table)(place.workspace.id, id))?.sentAt).not.toBeNull();
};
const writesThere = async () => (await stage.calls()).filter(({ method }) => method !== 'GET');
const pushesAs = (statusOnPush: 'DRAFT' | 'AUTHORISED'): Promise<void> => stage.choose(place.workspace.id, { statusOnPush });
const nothingWaits = async (): Promise<void> =>
  expect((await readWaitingWork(stage.engine.table)(place.workspace.id)).map(({ kind }) => kind)).toEqual([]);

describe('an invoice that was mailed to its client', () => {
  test('is marked as sent in Xero with one call that says nothing else, and nothing of it counts as a change', async () => {
    const invoices = [await anInvoice(stage, place, bakery), await anInvoice(stage, place, bakery)];
    await xero.work();
    for (const invoice of invoices) await mailed(invoice);
    await stage.resetCalls();
    await xero.work();
    const writes = await writesThere();
    expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api.xro/2.0/Invoices']);
    const said = (writes[0]?.body as { Invoices: Record<string, unknown>[] }).Invoices;
    expect(said.map((one) => Object.keys(one).sort())).toEqual([
      ['InvoiceID', 'SentToContact'],
      ['InvoiceID', 'SentToContact'],
    ]);
    for (const invoice of invoices)
      expect(await xero.there(invoice)).toMatchObject({ SentToContact: true, Status: 'AUTHORISED' });
    await xero.event(invoices);
    await xero.work();
    for (const invoice of invoices) expect(await syncOf(stage, place, invoice.id)).toMatchObject({ state: 'synced', code: null });
    await nothingWaits();
  });

  test('before it ever got there carries the mark with its push', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await mailed(invoice);
    await stage.resetCalls();
    await xero.work();
    expect((await writesThere()).map(({ method }) => method)).toEqual(['PUT']);
    expect(await xero.there(invoice)).toMatchObject({ SentToContact: true });
    await nothingWaits();
  });

  test('while it waits for approval in Xero is marked when that is given', async () => {
    await pushesAs('DRAFT');
    const invoice = await anInvoice(stage, place, bakery);
    await xero.work();
    await mailed(invoice);
    await xero.work();
    expect(await xero.there(invoice)).toMatchObject({ SentToContact: false, Status: 'DRAFT' });
    await nothingWaits();
    await xero.on(invoice, 'approve');
    await xero.event([invoice]);
    await xero.work();
    expect(await xero.there(invoice)).toMatchObject({ SentToContact: true, Status: 'AUTHORISED' });
  });

  test('that Xero will not change any more stays as it is, and holds nothing up', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    const other = await anInvoice(stage, place, bakery);
    await xero.work();
    await mailed(invoice);
    await mailed(other);
    await xero.on(invoice, 'void');
    await xero.work();
    expect(await xero.there(other)).toMatchObject({ SentToContact: true });
    await nothingWaits();
  });

  test('is marked in the end when the answer of the call gets lost', async () => {
    const invoice = await anInvoice(stage, place, bakery);
    await xero.work();
    await mailed(invoice);
    await stage.fault({ fault: 'late-commit', match: { method: 'POST', path: '/api.xro/2.0/Invoices' }, times: 1 });
    await xero.work();
    await stage.clock.advance(120);
    await xero.work();
    expect(await xero.there(invoice)).toMatchObject({ SentToContact: true });
    await nothingWaits();
  });
});
