import type { DocumentCall } from '../../shared/api/documents.ts';
import type { Instant } from '../../shared/domain/days.ts';
import type { Reply } from '../../shared/domain/once.ts';
import type { Picture } from '../../shared/domain/printed.ts';
import { audited } from '../../shared/store/audit.ts';
import { readLogo, replaceLogo } from '../../shared/store/logos.ts';
import type { Table } from '../../shared/store/table.ts';
import { requireVersion } from '../../shared/store/versioned.ts';

interface Needs {
  readonly table: Table;
  readonly now: () => Instant;
  readonly newId: (prefix: string) => string;
  /** Makes of a file what documents can show; refuses what they can't. */
  readonly readPicture: (bytes: Uint8Array) => Promise<Picture>;
}

/** Sets for an admin the picture that stands at the head of every document from now on. The same picture again changes nothing. */
export const putLogo =
  ({ table, now, newId, readPicture }: Needs) =>
  async ({ caller, raw, ifMatch }: DocumentCall<'putLogo'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const before = await readLogo(table)(ws);
    requireVersion(ifMatch, before?.version ?? 0);
    const picture = await readPicture(raw.body);
    const { type, width, height, bytes } = picture;
    const body = { contentType: type, width, height, bytes: bytes.byteLength };
    if (before && Buffer.compare(before.bytes, bytes) === 0) return { status: 200, etag: String(before.version), body };
    const text = 'The logo on documents was changed';
    await table.commit([
      replaceLogo(ws, picture, before),
      audited(ws, { id: newId('aud'), at: now(), who: caller.memberId, what: 'logo-changed', about: ws, text }),
    ]);
    return { status: 200, etag: String((before?.version ?? 0) + 1), body };
  };
