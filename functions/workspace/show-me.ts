/** Tells the signed-in person who they are here, and to which workspaces they belong. */
import type { WorkspaceCall } from '../../shared/api/workspace.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readMe } from './my-view.ts';

export const showMe =
  ({ table }: { table: Table }) =>
  async ({ caller }: WorkspaceCall<'getMe'>): Promise<Reply> => ({ status: 200, body: await readMe(table)(caller) });
