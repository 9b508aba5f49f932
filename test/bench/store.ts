import { invoicesDoor } from '../../functions/invoices/door.ts';
import { overviewDoor } from '../../functions/overview/door.ts';
import { timeDoor } from '../../functions/time/door.ts';
import { partitions } from '../../shared/store/keys.ts';
import { dueChanged, revenueChanged } from '../../shared/store/aggregates.ts';
import { gbp, newId, storeEntries, storeSetting, type Setting } from '../support/billing.ts';
import { apiEvent, callDoor, type Answer } from '../support/door-call.ts';
import { kilobytes, startEngine, type Engine } from '../support/engine.ts';
import { storeMember } from '../support/people.ts';
import { atMost, type Figure } from './figure.ts';

const world = (engine: Engine) => ({
  table: engine.table,
  newId,
  clock: Date.now,
  random: Math.random,
  sleep: (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms)),
  ring: async (): Promise<void> => undefined,
  closeCheckout: async (): Promise<void> => undefined,
  publicUrl: 'http://127.0.0.1',
});

/** What one request costs. Refuses to count one that failed. */
const costOf = async (engine: Engine, send: () => Promise<Answer>): Promise<Engine['counted']> => {
  engine.reset();
  const answer = await send();
  if (answer.status >= 300) throw new Error(`The request was answered ${answer.status}: ${answer.text}`);
  return { ...engine.counted, operations: [...engine.counted.operations] };
};

/** KB of an invoice's line items as they are stored. */
const storedLineKb = async ({ table }: Engine, { workspace }: Setting, invoiceId: string): Promise<number> => {
  const items = await table.queryAll({ partition: partitions.invoice(workspace.id, invoiceId), beginsWith: 'LINES#' });
  return items.reduce((sum, item) => sum + kilobytes(item), 0);
};

const timerFigures = async (engine: Engine, setting: Setting): Promise<Figure[]> => {
  const door = timeDoor(world(engine));
  const member = await storeMember(engine.table, setting, 'expert');
  const send = (route: string, body?: unknown) => () =>
    callDoor(door, apiEvent(member, route, { body, headers: { 'idempotency-key': newId('key') } }));
  const start = await costOf(engine, send('POST /v1/timer/start', { jobId: setting.job.id }));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const stop = await costOf(engine, send('POST /v1/timer/stop', {}));
  await storeEntries(engine.table, setting, 60);
  const list = await costOf(engine, () =>
    callDoor(
      door,
      apiEvent(setting.caller, 'GET /v1/time-entries', { query: { limit: '50', from: '2026-11-01', to: '2026-11-30' } }),
    ),
  );
  return [
    atMost('G10', 'start timer: round trips', start.trips, 2, 1),
    atMost('G10', 'start timer: write units', start.writeUnits, 6, 1),
    atMost('G11', 'stop timer: round trips', stop.trips, 2, 1),
    atMost('G11', 'stop timer: write units', stop.writeUnits, 8, 4),
    atMost('G12', 'page of 50 entries: round trips', list.trips, 2, 1),
  ];
};

const invoiceFigures = async (engine: Engine, n: number, id: 'G13' | 'G14'): Promise<Figure[]> => {
  const setting = await storeSetting(engine.table);
  await storeEntries(engine.table, setting, n, { costRate: gbp(4500) });
  const door = invoicesDoor(world(engine));
  let invoiceId = '';
  const cost = await costOf(engine, async () => {
    const event = apiEvent(setting.caller, 'POST /v1/invoices', {
      body: { jobId: setting.job.id },
      headers: { 'idempotency-key': 'bench' },
    });
    const made = await callDoor(door, event);
    invoiceId = (made.body as { id: string }).id;
    return made;
  });
  const lineKb = await storedLineKb(engine, setting, invoiceId);
  const chunks = Math.ceil(n / 95);
  const trips = id === 'G13' ? 4 : chunks + Math.ceil(n / 500) + 8;
  const units = (id === 'G13' ? 2 * (n + 8) : 2 * n + 2 * chunks + 20) + lineKb;
  return [
    atMost(id, `invoice from ${n} entries: round trips`, cost.trips, trips, id === 'G13' ? 2 : ''),
    atMost(
      id,
      `invoice from ${n} entries: write units (${lineKb} of the goal for lines)`,
      cost.writeUnits,
      units,
      id === 'G13' ? 2 * n + 4 : '',
    ),
  ];
};

/** As many invoices as their sums would be: a sum per day and currency is all that the dashboard ever reads. */
const dashboardCost = async (engine: Engine, invoices: number): Promise<Engine['counted']> => {
  const setting = await storeSetting(engine.table);
  for (let day = 0; day < 60; day += 1) {
    const date = new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10);
    const amount = { amount: 1000 * Math.ceil(invoices / 60), currency: 'GBP' };
    await engine.table.commit([
      revenueChanged(setting.workspace.id, date, amount),
      dueChanged(setting.workspace.id, date, amount),
    ]);
  }
  const door = overviewDoor(world(engine));
  return costOf(engine, () =>
    callDoor(door, apiEvent(setting.caller, 'GET /v1/dashboard', { query: { from: '2026-11-01', to: '2026-11-30' } })),
  );
};

/** G10 to G14, G17 and G20: what requests cost in DynamoDB, counted at its client. */
export const storeFigures = async (): Promise<Figure[]> => {
  const engine = await startEngine();
  const operations = new Set<string>();
  const counting = engine.reset.bind(engine);
  engine.reset = () => {
    for (const operation of engine.counted.operations) operations.add(operation);
    counting();
  };
  try {
    const setting = await storeSetting(engine.table);
    const figures = [
      ...(await timerFigures(engine, setting)),
      ...(await invoiceFigures(engine, 80, 'G13')),
      ...(await invoiceFigures(engine, 2000, 'G14')),
    ];
    const boards = [
      await dashboardCost(engine, 100),
      await dashboardCost(engine, 10_000),
      await dashboardCost(engine, 1_000_000),
    ];
    const units = boards.map(({ readUnits }) => readUnits);
    engine.reset();
    const scans = [...operations].filter((operation) => operation.startsWith('Scan')).length;
    return [
      ...figures,
      atMost('G17', 'dashboard: round trips', Math.max(...boards.map(({ trips }) => trips)), 2, 1),
      atMost('G17', 'dashboard: read units at 10², 10⁴, 10⁶ invoices, the most', Math.max(...units), 6),
      atMost('G17', 'dashboard: read units that more invoices cost', Math.max(...units) - Math.min(...units), 0),
      atMost('G20', 'scans', scans, 0),
    ];
  } finally {
    await engine.close();
  }
};
