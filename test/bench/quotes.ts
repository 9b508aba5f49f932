import { partitions } from '../../shared/store/keys.ts';
import { storeSetting } from '../support/billing.ts';
import { kilobytes, startEngine } from '../support/engine.ts';
import { openQuoteRooms, sendQuoteTo } from '../support/quotes.ts';
import { atMost, type Figure } from './figure.ts';

/** G16: what it costs in DynamoDB that a client accepts a quote, in a workspace whose books are kept in Xero. */
export const quoteFigures = async (): Promise<Figure[]> => {
  const engine = await startEngine();
  try {
    const setting = await storeSetting(engine.table);
    const ws = setting.workspace.id;
    await engine.table.putMany([{ pk: `W#${ws}`, sk: 'XERO', v: 1, state: 'connected' }]);
    const rooms = openQuoteRooms(engine);
    const quote = await sendQuoteTo(engine, rooms, { setting, body: { jobId: setting.job.id } });
    engine.reset();
    const body = { name: 'Ada Lowe', termsHash: quote.body.termsHash };
    const accepted = await rooms.visit('POST /v1/public/quotes/{token}/accept', quote.token, { body });
    if (accepted.status !== 200) throw new Error(accepted.text);
    const { trips, writeUnits } = engine.counted;
    const { invoiceId } = (await rooms.send(setting.caller, 'GET /v1/quotes/{id}', { id: quote.id })).body as {
      invoiceId: string;
    };
    const lines = await engine.table.queryAll({ partition: partitions.invoice(ws, invoiceId), beginsWith: 'LINES#' });
    const lineUnits = lines.reduce((sum, item) => sum + 2 * kilobytes(item), 0);
    return [
      atMost('G16', 'quote accepted: round trips', trips, 2, 1),
      atMost('G16', `quote accepted: write units (${lineUnits} of the goal for lines)`, writeUnits, 22 + lineUnits),
    ];
  } finally {
    await engine.close();
  }
};
