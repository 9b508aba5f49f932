import type { XeroCall } from '../../shared/api/xero.ts';
import { normalised } from '../../shared/domain/contact-match.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { listPage } from '../../shared/store/paging.ts';
import type { Table } from '../../shared/store/table.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import { contactsByName, readPointed } from '../../shared/store/xero-contacts.ts';

/** Shows the organisation's contacts by name, as last seen there; `search` looks in names and e-mail addresses. */
export const listXeroContacts =
  ({ table }: { table: Table }) =>
  async ({ caller, query: { search = '', ...request } }: XeroCall<'listXeroContacts'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const { organisation } = await readXeroConnection(table)(ws);
    if (!organisation) return refuse('xero-not-connected', 'This workspace is not connected to Xero');
    const { tenantId } = organisation;
    const wanted = normalised(search);
    const page = await listPage(table, {
      query: { ...contactsByName(ws, tenantId), eventual: true },
      scope: `${ws}/xero-contacts/${tenantId}/${wanted}`,
      filtered: wanted !== '',
      request,
      show: async (rows) =>
        (await readPointed(table)(ws, tenantId, rows)).map((contact) => {
          if (!contact || ![contact.name, contact.email ?? ''].some((text) => normalised(text).includes(wanted)))
            return undefined;
          const { contactId, name, email, status, clientId } = contact;
          return { contactId, name, email, status, clientId };
        }),
    });
    return { status: 200, body: page };
  };
