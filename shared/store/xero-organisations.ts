import * as z from 'zod';
import { keys } from './keys.ts';
import type { Table } from './table.ts';
import { put, type Write } from './write.ts';

// Which workspace an organisation's books belong to: one at a time.

const owner = z.object({ workspaceId: z.string() });

/** The workspace whose books an organisation is. */
export const workspaceOfOrganisation =
  (table: Table) =>
  async (tenantId: string): Promise<string | undefined> => {
    const item = await table.get(keys.xeroOrganisation(tenantId));
    return item && owner.parse(item).workspaceId;
  };

/** Takes an organisation for a workspace; `onTaken` is thrown when it is another's. */
export const organisationTaken = (ws: string, tenantId: string, onTaken: () => Error): Write =>
  put(
    'organisation',
    { ...keys.xeroOrganisation(tenantId), v: 1, workspaceId: ws },
    {
      condition: 'attribute_not_exists(#pk) OR #workspaceId = :ws',
      values: { ':ws': ws },
      onFail: onTaken,
    },
  );

/** Lets go of an organisation, if it is this workspace's. */
export const organisationFreed = (ws: string, tenantId: string): Write => ({
  kind: 'delete',
  what: 'organisation',
  key: keys.xeroOrganisation(tenantId),
  condition: 'attribute_not_exists(#pk) OR #workspaceId = :ws',
  values: { ':ws': ws },
});
