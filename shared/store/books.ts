import type { Item } from './write.ts';

/**
 * Whether a workspace keeps its books in Xero, judged by its connection item: also while the connection waits or has to be renewed,
 * since what happens meanwhile has to get there too.
 */
export const keepsBooksInXero = (connection: Item | undefined): boolean =>
  connection?.['state'] === 'connected' || connection?.['state'] === 'needs-reconnect';
