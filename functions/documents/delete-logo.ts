import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { audited } from '../../shared/store/audit.ts';
import { readLogo, removeLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';

/** Takes the picture off documents for an admin. Documents without one are as wanted already. */
export const deleteLogo =
  ({ table, now, newId }: { table: Table; now: () => Instant; newId: (prefix: string) => string }) =>
  async ({ caller, ifMatch }: DocumentCall<'deleteLogo'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const before = await readLogo(table)(ws);
    requireVersion(ifMatch, before?.version ?? 0);
    if (!before) return { status: 204 };
    const text = 'The logo on documents was removed';
    await table.commit([
      removeLogo(ws, before),
      audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'logo-removed', about: ws, text }),
    ]);
    return { status: 204 };
  };
