import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import { timeDoor } from '../../functions/time/door.ts';
import { newId, storeEntries, storeSetting } from '../support/billing.ts';
import { apiEvent, callDoor } from '../support/door-call.ts';
import { startEngine } from '../support/engine.ts';
import { storeMember } from '../support/people.ts';
import { atMost, type Figure } from './figure.ts';

const requestsMax = 10_000;
const early = 100;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

/** G26: what stays in memory after many mixed requests, good ones and refused ones, against what stays after a few. */
export const memoryFigure = async (): Promise<Figure> => {
  const engine = await startEngine();
  try {
    const setting = await storeSetting(engine.table);
    const member = await storeMember(engine.table, setting, 'expert');
    await storeEntries(engine.table, setting, 50);
    const world = {
      table: engine.table,
      newId,
      clock: Date.now,
      random: Math.random,
      sleep: async (): Promise<void> => undefined,
      ring: async (): Promise<void> => undefined,
      closeCheckout: async (): Promise<void> => undefined,
    };
    const [time, invoices] = [timeDoor(world), invoicesDoor(world)];
    const requests = [
      () => callDoor(time, apiEvent(member, 'GET /v1/timer')),
      () => callDoor(time, apiEvent(setting.caller, 'GET /v1/time-entries', { query: { from: '2026-11-01', to: '2026-11-30' } })),
      () =>
        callDoor(
          time,
          apiEvent(member, 'POST /v1/time-entries', { body: { jobId: setting.job.id, date: '2026-11-03', durationSeconds: 0 } }),
        ),
      () => callDoor(invoices, apiEvent(setting.caller, 'POST /v1/invoices/preview', { body: { jobId: setting.job.id } })),
      () => callDoor(invoices, apiEvent(setting.caller, 'GET /v1/invoices')),
      () => callDoor(invoices, apiEvent(setting.caller, 'POST /v1/invoices', { body: { jobId: setting.job.id } })),
    ];
    let afterFew = Number.NaN;
    for (let sent = 1; sent <= requestsMax; sent += 1) {
      await requests[sent % requests.length]?.();
      // The counter's own list of operations is no memory of the product.
      engine.reset();
      if (sent === early) afterFew = heapBytes();
    }
    return atMost('G26', `memory after ${requestsMax} mixed requests ÷ after ${early}`, heapBytes() / afterFew, 1.25);
  } finally {
    await engine.close();
  }
};
