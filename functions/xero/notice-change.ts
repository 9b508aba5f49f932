import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import type { Run } from './run.ts';

/** After a lost race: whether it was lost to a person who disconnected, or connected something else. Then this run ends. */
export const noticeChange = async (run: Run): Promise<void> => {
  const current = await readXeroConnection(run.world.table)(run.ws);
  if (current.version !== run.connection.version || current.state !== 'connected') run.stopped.now = true;
};
