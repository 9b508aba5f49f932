import type { Item } from './write.ts';

/**
 * Whether a workspace keeps its books in Xero, judged by its connection item: also while the connection waits or has to be renewed,
 * since what happens meanwhile has to get there too.
 */
export const keepsBooksInXero = (connection: Item | undefined): boolean =>
  connection?.['state'] === 'connected' || connection?.['state'] === 'needs-reconnect';

/** The day up to which a workspace's books are closed, by its connection item; undefined when nothing is closed or no books are kept. */
export const lockDateOf = (connection: Item | undefined): string | undefined => {
  const lockDate = connection?.['lockDate'];
  return keepsBooksInXero(connection) && typeof lockDate === 'string' ? lockDate : undefined;
};
