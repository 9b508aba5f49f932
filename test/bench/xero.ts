import { accessTokens } from '../../functions/xero/access-token.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { aBakery, anInvoice } from '../support/xero-documents.ts';
import { startXeroStage, type XeroStage } from '../support/xero-stage.ts';
import { drain } from './drain.ts';
import { atMost, type Figure } from './figure.ts';

const backlog = 500;

/** A connected workspace whose client is matched: the first invoice has been through. */
const warmPlace = async (stage: XeroStage) => {
  const place = await stage.connected();
  const client = await aBakery(stage, place);
  await anInvoice(stage, place, client);
  await stage.work(place.workspace.id);
  await stage.resetCalls();
  return { place, client };
};

const callFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const { place, client } = await warmPlace(stage);
  await anInvoice(stage, place, client);
  await drain(stage, place);
  const single = (await stage.calls()).length;
  await stage.resetCalls();
  for (let sent = 0; sent < backlog; sent += 1) await anInvoice(stage, place, client, { lane: 'backfill' });
  await drain(stage, place);
  const calls = (await stage.calls()).length;
  return [
    atMost('G1', `Xero calls per invoice, backlog of ${backlog}, known contact`, calls / backlog, 0.022, 0.02),
    atMost('G3', 'Xero calls for one invoice that a person waits for', single, 1, 1),
  ];
};

const batchFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const { place, client } = await warmPlace(stage);
  for (let sent = 0; sent < 50; sent += 1) await anInvoice(stage, place, client, { lane: 'documents' });
  stage.engine.reset();
  await stage.work(place.workspace.id);
  const { trips, writeUnits } = stage.engine.counted;
  return [
    atMost('G18', 'worker, batch of 50: round trips', trips, 7),
    atMost('G18', 'worker, batch of 50: write units', writeUnits, 220, 200),
  ];
};

const tokenFigures = async (stage: XeroStage): Promise<Figure[]> => {
  const { place } = await warmPlace(stage);
  const { counted } = stage.secrets;
  const tokens = accessTokens(stage.world);
  const cost = async (renew = false): Promise<number> => {
    const connection = await readXeroConnection(stage.engine.table)(place.workspace.id);
    stage.engine.reset();
    const before = counted.reads + counted.writes;
    await tokens.get(place.workspace.id, connection, renew);
    return stage.engine.counted.trips + counted.reads + counted.writes - before;
  };
  const cold = await cost();
  const warm = await cost();
  const refresh = await cost(true);
  return [
    atMost('G19', 'Xero token at hand: round trips', warm, 0, 0),
    atMost('G19', 'Xero token in a fresh function: round trips', cold, 1, 1),
    atMost('G19', 'Xero token refreshed: round trips', refresh, 4),
  ];
};

/** G1, G3, G18 and G19: what it costs to keep the books in Xero, counted at the sandbox and at the table. */
export const xeroFigures = async (): Promise<Figure[]> => {
  const stage = await startXeroStage({ tier: 5000 });
  try {
    return [...(await callFigures(stage)), ...(await batchFigures(stage)), ...(await tokenFigures(stage))];
  } finally {
    await stage.close();
  }
};
