import { beforeEach, describe, expect, test } from '@jest/globals';
import { listNotices, notified, readNotice, resolved, type Telling } from '../../../shared/store/notifications.ts';
import { put } from '../../../shared/store/write.ts';
import { startEngine } from '../../support/engine.ts';
import { forAllTests } from '../../support/for-all-tests.ts';
import { newId } from '../../support/workspace.ts';

const engine = await forAllTests(startEngine());
let ws: string;

beforeEach(() => {
  ws = newId('ws');
});

const early = '2026-11-20T09:00:00.000Z';
const late = '2026-11-20T10:00:00.000Z';
const telling = (changes: Partial<Telling> = {}): Telling => ({
  id: newId('ntf'),
  cause: 'xero-access',
  text: 'Xero does not let us in any more',
  mend: 'Connect again',
  about: null,
  at: early,
  ...changes,
});
const tell = (changes: Partial<Telling> = {}) => engine.table.commit([notified(ws, telling(changes))]);
const listed = async (state: 'open' | 'resolved') => (await listNotices(engine.table)(ws, { limit: 50 }, state)).items;

describe('a notification', () => {
  test('is told once per cause: later words are renewed under the same id and instant', async () => {
    await tell({ text: 'Overpaid by GBP 5.00' });
    const [first] = await listed('open');
    await tell({ text: 'Overpaid by GBP 7.00', at: late });
    expect(await listed('open')).toEqual([{ ...first, text: 'Overpaid by GBP 7.00' }]);
    expect(first).toMatchObject({ at: early, openSince: early, resolvedAt: null });
  });

  test('of 20 told at once there is one, whichever came first', async () => {
    const tellings = Array.from({ length: 20 }, () => telling());
    await Promise.all(tellings.map((one) => engine.table.commit([notified(ws, one)])));
    const items = await listed('open');
    expect(items).toHaveLength(1);
    expect(tellings.map(({ id }) => id)).toContain(items[0]?.id);
  });

  test('stands or falls with the transaction that it belongs to', async () => {
    const fact = { pk: `W#${ws}`, sk: 'FACT', v: 1 };
    const refused = put('fact', fact, { condition: 'attribute_exists(#pk)' });
    await expect(engine.table.commit([refused, notified(ws, telling())])).rejects.toThrow();
    expect(await readNotice(engine.table)(ws, 'xero-access')).toBeUndefined();
    await engine.table.commit([put('fact', fact), notified(ws, telling())]);
    await engine.table.commit([put('fact', fact), notified(ws, telling({ at: late }))]);
    expect((await listed('open')).map(({ at }) => at)).toEqual([early]);
  });

  test('is resolved with its cause and leaves the list; when it comes back it is open again, anew', async () => {
    await tell();
    const [first] = await listed('open');
    await engine.table.commit([resolved(ws, 'xero-access', late)]);
    expect(await listed('open')).toEqual([]);
    expect(await listed('resolved')).toEqual([{ ...first, resolvedAt: late, openSince: null }]);
    await tell({ at: '2026-11-21T09:00:00.000Z' });
    expect(await listed('resolved')).toEqual([]);
    expect(await listed('open')).toMatchObject([{ id: first?.id, at: '2026-11-21T09:00:00.000Z', resolvedAt: null }]);
  });

  test('a cause that goes away without having been told shows nowhere, and can be told afterwards', async () => {
    await engine.table.commit([resolved(ws, 'xero-access', early)]);
    expect(await readNotice(engine.table)(ws, 'xero-access')).toBeUndefined();
    expect([...(await listed('open')), ...(await listed('resolved'))]).toEqual([]);
    await tell({ at: late });
    expect(await listed('open')).toMatchObject([{ at: late, resolvedAt: null }]);
  });

  test('causes have one each, the newest first', async () => {
    await tell({ cause: 'payment-parked#pay_1' });
    await tell({ cause: 'payment-parked#pay_2', at: late });
    expect((await listed('open')).map(({ cause }) => cause)).toEqual(['payment-parked#pay_2', 'payment-parked#pay_1']);
  });
});
