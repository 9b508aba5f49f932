import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Table } from '../../shared/store/table.ts';
import { readXeroSettings } from '../../shared/store/xero-settings.ts';
import { settingsView } from './views.ts';

/** Shows a member of finance what the workspace says about Xero. */
export const getSettings =
  ({ table }: { table: Table }) =>
  async ({ caller }: XeroCall<'getXeroSettings'>): Promise<Reply> => {
    const settings = await readXeroSettings(table)(caller.workspaceId);
    return { status: 200, etag: String(settings.version), body: settingsView(settings) };
  };
