import * as z from 'zod';
import { keys, partitions } from './keys.ts';
import type { Table } from './table.ts';
import { put, type Write } from './write.ts';

const record = z.object({
  sk: z.string(),
  at: z.string(),
  who: z.string().nullable(),
  what: z.string(),
  about: z.string(),
  text: z.string(),
});

/** One thing that happened. `who` is a member id, or null for the system itself; `text` is a sentence for the dashboard. */
export interface AuditFact {
  readonly id: string;
  readonly at: string;
  readonly who: string | null;
  readonly what: string;
  readonly about: string;
  readonly text: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Appends to the audit trail, in the transaction of the thing itself. */
export const audited = (workspaceId: string, { id, ...fact }: AuditFact): Write =>
  put('audit entry', { ...keys.audit(workspaceId, id), v: 1, ...fact });

/** The latest entries of the trail, newest first. */
export const latestAudit = (table: Table) => async (workspaceId: string, limit: number) => {
  const page = await table.query({ partition: partitions.audit(workspaceId), descending: true, limit, eventual: true });
  return page.items.map((item) => {
    const { sk, ...fact } = record.parse(item);
    return { ...fact, auditId: sk };
  });
};
