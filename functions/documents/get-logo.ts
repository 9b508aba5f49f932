import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { mustExist } from '../../shared/store/found.ts';
import { readLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';

/** Shows a member the picture at the head of the workspace's documents, as it is kept. */
export const getLogo =
  ({ table }: { table: Table }) =>
  async ({ caller }: DocumentCall<'getLogo'>): Promise<Reply> => {
    const { type, bytes, version } = mustExist(await readLogo(table)(caller.workspaceId));
    const headers = { 'content-type': type, 'x-content-type-options': 'nosniff' };
    return { status: 200, etag: String(version), headers, body: bytes };
  };
