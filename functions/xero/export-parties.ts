import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { partyAt, partyKey } from '../../shared/store/parties.ts';
import { parseSyncItem, syncItemKey, syncView } from '../../shared/store/sync-items.ts';
import { keyText } from '../../shared/store/table.ts';
import { unparked, waits } from '../../shared/store/waiting-work.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { instantAt, type XeroWorld } from './world.ts';

/** Lets whoever may export make contacts of clients. One that Xero has already is linked, whatever the policy for documents says. */
export const exportClients =
  (world: XeroWorld) =>
  ({ caller, body, once }: XeroCall<'exportClientsToXero'>): Promise<Reply> =>
    exportParties(world, caller, body.clientIds, once);

/** The same for members, who are suppliers there. */
export const exportMembers =
  (world: XeroWorld) =>
  ({ caller, body, once }: XeroCall<'exportMembersToXero'>): Promise<Reply> =>
    exportParties(world, caller, body.memberIds, once);

const exportParties = async (
  world: XeroWorld,
  caller: XeroCall<'exportClientsToXero'>['caller'],
  asked: readonly string[],
  once: XeroCall<'exportClientsToXero'>['once'],
): Promise<Reply> => {
  const ws = caller.workspaceId;
  const ids = [...new Set(asked)];
  const found = await world.table.batchGet([
    xeroConnectionKey(ws),
    ...ids.flatMap((id) => [partyKey(ws, id), syncItemKey(ws, id)]),
  ]);
  const { state } = connectionFrom(found.get(keyText(xeroConnectionKey(ws))));
  if (state === 'disconnected') return refuse('xero-not-connected', 'This workspace is not connected to Xero');
  if (ids.some((id) => !partyAt(found, ws, id))) return refuse('not-found', 'There is no such thing here');
  const at = instantAt(world);
  const isThere = (id: string): boolean => {
    const item = found.get(keyText(syncItemKey(ws, id)));
    return item !== undefined && parseSyncItem(item).state === 'synced';
  };
  const items = ids.map((id) => ({
    id,
    sync: isThere(id) ? syncView(found.get(keyText(syncItemKey(ws, id))), true) : { state: 'pending' },
  }));
  const reply: Reply = { status: 202, body: { items } };
  const writes = ids
    .filter((id) => !isThere(id))
    .flatMap((id) => [
      unparked(ws, { kind: 'contact', documentId: id }),
      waits(ws, {
        ...{ lane: 'urgent', kind: 'contact', documentId: id, version: world.clock(), dueAt: at, since: at },
        create: true,
      }),
    ]);
  const perCommit = 90;
  for (let start = perCommit; start < writes.length; start += perCommit)
    await world.table.commit(writes.slice(start, start + perCommit));
  await world.table.commit([
    ...writes.slice(0, perCommit),
    audited(ws, {
      id: world.newId('aud'),
      at,
      who: caller.memberId,
      what: 'xero-contacts-exported',
      about: ids[0] ?? '',
      text: `${ids.length} of ours are becoming contacts in Xero`,
    }),
    answered(once, reply),
  ]);
  await world.ring([ws]).catch(() => undefined);
  return reply;
};
