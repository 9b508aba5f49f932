import { describe, expect, test } from '@jest/globals';
import type { Caller } from '../../../shared/api/call.ts';
import { memberKey, parseMember, replaceMember } from '../../../shared/store/members.ts';
import { gbp, storeEntries, storeSetting, type Setting } from '../../support/billing.ts';
import { rooms } from '../../support/bills.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { storeMember } from '../../support/people.ts';

const engine = await forAllTests(startEngine());
const call = rooms(engine.table);

interface Shown {
  id: string;
  status: string;
  number: string | null;
  memberId: string;
  seconds: number;
  owedSeconds: number;
  writtenOffSeconds: number;
  total: { amount: number; currency: string };
  writeOffs: { seconds: number; reason: string }[];
}

const billsOf = async (caller: Caller, query: Record<string, string> = {}): Promise<Shown[]> =>
  (await call(caller, 'GET /v1/bills', { query })).body.items as Shown[];

/** A job with two experts, and an hour and a half of each on an invoice. */
const billed = async (body: object = {}) => {
  const setting = await storeSetting(engine.table);
  const ada = await storeMember(engine.table, setting, 'expert');
  const ben = await storeMember(engine.table, setting, 'expert');
  const hours = { seconds: 5400, days: [{ date: '2026-11-02', seconds: 5400 }] };
  const own = await storeEntries(engine.table, setting, 2, { ...hours, memberId: ada.memberId, costRate: gbp(4500) });
  await storeEntries(engine.table, setting, 1, { ...hours, memberId: ben.memberId, costRate: gbp(6010) });
  const invoice = await call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id, ...body } });
  return { setting, ada, ben, own, invoice: invoice.body as { id: string; number: string } };
};

const toRate = async ({ workspace }: Setting, { memberId }: Caller, amount: number) => {
  const item = await engine.table.get(memberKey(workspace.id, memberId));
  if (item) await engine.table.commit([replaceMember(workspace.id, { ...parseMember(item), costRate: gbp(amount) })]);
};

describe('bills of experts', () => {
  test('are made with the invoice, one for each, at cost', async () => {
    const { setting, ada, ben, invoice } = await billed();
    const found = await billsOf(setting.caller, { invoiceId: invoice.id });
    const byMember = new Map(found.map((bill) => [bill.memberId, bill]));
    expect(found).toHaveLength(2);
    expect(byMember.get(ada.memberId)).toMatchObject({ status: 'open', number: null, seconds: 10_800, total: gbp(13_500) });
    // 1.5 × 60.10 is 90.15.
    expect(byMember.get(ben.memberId)).toMatchObject({ invoiceNumber: invoice.number, total: gbp(9015), sync: { state: 'off' } });
  });

  test('an expert sees their own, and nobody else’s', async () => {
    const { setting, ada, ben } = await billed();
    const [own] = await billsOf(ada);
    expect(await billsOf(ada)).toHaveLength(1);
    expect(await call(ada, 'GET /v1/bills', { query: { memberId: ben.memberId } })).toMatchObject({ status: 403 });
    const [other] = await billsOf(setting.caller, { memberId: ben.memberId });
    const ask = (caller: Caller, id = '') => call(caller, 'GET /v1/bills/{id}', { params: { id } });
    expect(await ask(ada, own?.id)).toMatchObject({ status: 200, body: { id: own?.id } });
    expect(await ask(ada, other?.id)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(await ask(setting.caller, other?.id)).toMatchObject({ status: 200 });
    const stranger = await storeSetting(engine.table);
    expect(await ask(stranger.caller, own?.id)).toMatchObject({ status: 404 });
  });

  test('a draft has none until it is issued, and a void invoice none that stand', async () => {
    const { setting, invoice } = await billed({ draft: true });
    const of = { params: { id: invoice.id } };
    expect(await billsOf(setting.caller)).toEqual([]);
    expect(await call(setting.caller, 'POST /v1/invoices/{id}/issue', { ...of })).toMatchObject({ status: 200 });
    expect(await billsOf(setting.caller, { status: 'open' })).toHaveLength(2);
    expect(await call(setting.caller, 'POST /v1/invoices/{id}/void', of)).toMatchObject({
      status: 200,
      body: { status: 'void' },
    });
    expect(await billsOf(setting.caller, { status: 'open' })).toEqual([]);
    expect((await billsOf(setting.caller)).map(({ status }) => status)).toEqual(['void', 'void']);
    const again = await call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } });
    const standing = await billsOf(setting.caller, { status: 'open' });
    expect(standing.map((bill) => (bill as Shown & { invoiceId: string }).invoiceId)).toEqual([again.body.id, again.body.id]);
  });

  test('an invoice that goes back to a draft and is issued again has new ones', async () => {
    const { setting, invoice } = await billed();
    const before = (await billsOf(setting.caller)).map(({ id }) => id);
    const of = { params: { id: invoice.id } };
    await call(setting.caller, 'POST /v1/invoices/{id}/return-to-draft', of);
    expect(await billsOf(setting.caller, { status: 'open' })).toEqual([]);
    expect((await call(setting.caller, 'POST /v1/invoices/{id}/issue', of)).status).toBe(200);
    const after = await billsOf(setting.caller, { status: 'open' });
    expect(after).toHaveLength(2);
    expect(after.filter(({ id }) => before.includes(id))).toEqual([]);
  });

  test('hours keep the cost that held when they were worked; older entries get that of today', async () => {
    const setting = await storeSetting(engine.table);
    const ada = await storeMember(engine.table, setting, 'expert');
    await storeEntries(engine.table, setting, 1, { memberId: ada.memberId, costRate: gbp(4000) });
    await storeEntries(engine.table, setting, 1, { memberId: ada.memberId });
    await toRate(setting, ada, 5000);
    await call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } });
    const [bill] = await billsOf(ada);
    expect(bill?.total).toEqual(gbp(9000));
    await toRate(setting, ada, 9000);
    expect((await billsOf(ada))[0]?.total).toEqual(gbp(9000));
  });

  test('hours without a cost rate are written off at once, and say so', async () => {
    const setting = await storeSetting(engine.table);
    const ada = await storeMember(engine.table, setting, 'expert');
    await storeEntries(engine.table, setting, 1, { memberId: ada.memberId, costRate: null });
    await call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } });
    expect(await billsOf(ada)).toMatchObject([
      { owedSeconds: 0, writtenOffSeconds: 3600, total: gbp(0), writeOffs: [{ seconds: 3600, reason: 'no-cost-rate' }] },
    ]);
  });

  test('an invoice over more entries than a transaction takes has them all on bills', async () => {
    const setting = await storeSetting(engine.table);
    const experts = await Promise.all([1, 2, 3].map(() => storeMember(engine.table, setting, 'expert')));
    for (const { memberId } of experts)
      await storeEntries(engine.table, setting, 40, {
        memberId,
        costRate: gbp(1000),
        seconds: 60,
        days: [{ date: '2026-11-02', seconds: 60 }],
      });
    expect(await call(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } })).toMatchObject({ status: 201 });
    const found = await billsOf(setting.caller, { status: 'open' });
    expect(found.map(({ owedSeconds }) => owedSeconds)).toEqual([2400, 2400, 2400]);
  });
});

describe('writing off and approving', () => {
  const reason = 'Done twice by mistake';

  test('takes seconds or entries, once for a repeated request', async () => {
    const { setting, ada, own } = await billed();
    const [bill] = await billsOf(ada);
    const params = { id: bill?.id ?? '' };
    const off = (body: object, key?: string) =>
      call(setting.caller, 'POST /v1/bills/{id}/write-off', { params, body: { reason, ...body }, ...(key ? { key } : {}) });
    expect(await off({ seconds: 1800 }, 'once')).toMatchObject({ status: 200, body: { owedSeconds: 9000, total: gbp(11_250) } });
    expect(await off({ seconds: 1800 }, 'once')).toMatchObject({ status: 200, body: { owedSeconds: 9000 } });
    const entry = { timeEntryIds: [own[0]?.id] };
    expect(await off(entry)).toMatchObject({ status: 200, body: { owedSeconds: 3600, writtenOffSeconds: 7200 } });
    expect(await off(entry)).toMatchObject({ status: 409, body: { code: 'write-off-exceeds-bill' } });
    expect(await off({ seconds: 3601 })).toMatchObject({
      status: 409,
      body: { code: 'write-off-exceeds-bill', owedSeconds: 3600 },
    });
    expect((await billsOf(ada))[0]?.writeOffs.map(({ seconds }) => seconds)).toEqual([1800, 5400]);
    const others = await storeEntries(engine.table, setting, 1, { memberId: ada.memberId });
    expect(await off({ timeEntryIds: [others[0]?.id] })).toMatchObject({ status: 404 });
    expect(await call(ada, 'POST /v1/bills/{id}/write-off', { params, body: { seconds: 1, reason } })).toMatchObject({
      status: 403,
    });
  });

  test('approved bills are numbered without a gap, and stand', async () => {
    const { setting, invoice } = await billed();
    const found = await billsOf(setting.caller);
    const approve = (id = '', key?: string) =>
      call(setting.caller, 'POST /v1/bills/{id}/approve', { params: { id }, ...(key ? { key } : {}) });
    const answers = await Promise.all(found.map(({ id }) => approve(id, `approve-${id}`)));
    expect(answers.map(({ body }) => body.number as string).sort()).toEqual(['BILL-0001', 'BILL-0002']);
    expect(await approve(found[0]?.id, `approve-${found[0]?.id}`)).toMatchObject({ status: 200, body: { status: 'payable' } });
    expect(await approve(found[0]?.id)).toMatchObject({ status: 409, body: { code: 'bill-not-open' } });
    await call(setting.caller, 'POST /v1/invoices/{id}/void', { params: { id: invoice.id } });
    const body = { seconds: 1, reason };
    expect(
      await call(setting.caller, 'POST /v1/bills/{id}/write-off', { params: { id: found[1]?.id ?? '' }, body }),
    ).toMatchObject({
      status: 409,
      body: { code: 'bill-not-open', billStatus: 'void' },
    });
  });
});
