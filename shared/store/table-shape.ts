/**
 * The one table's shape, written once: infra makes it, the local host makes it, the store uses it.
 * Every index projects all attributes; items appear in an index only when they carry its two keys.
 */
export const tableShape = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds. An item whose time has passed counts as gone, whether or not DynamoDB has removed it yet. */
  timeToLive: 'expiresAt',
  indexes: {
    /** Lists of one kind in a workspace, by date. */
    list: { partitionKey: 'listPk', sortKey: 'listSk' },
    /** What belongs to one job, by date. */
    job: { partitionKey: 'jobPk', sortKey: 'jobSk' },
    /** What belongs to one member (entries) or one client (invoices), by date. */
    party: { partitionKey: 'partyPk', sortKey: 'partySk' },
    /** Sparse: entries of a job that may still be billed. Candidates only; the write's condition decides. */
    unbilled: { partitionKey: 'unbilledPk', sortKey: 'unbilledSk' },
    /** Sparse: what a sweeper must look at, spread over a few partitions. */
    due: { partitionKey: 'duePk', sortKey: 'dueSk' },
  },
} as const;

/** Name of an index of the table. */
export type IndexName = keyof typeof tableShape.indexes;
