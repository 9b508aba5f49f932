import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuseFields } from '../../shared/domain/refusal.ts';
import { partitions } from '../../shared/store/keys.ts';
import { isOnTheWire, manifestKey, parseManifest } from '../../shared/store/manifests.ts';
import { listPage, type ListPage } from '../../shared/store/paging.ts';
import { parseSyncItem, syncItemKey, syncView, type SyncItem, type SyncView } from '../../shared/store/sync-items.ts';
import { keyText, type Table } from '../../shared/store/table.ts';
import { isParked, waitingWorkList } from '../../shared/store/waiting-work.ts';
import type { Item } from '../../shared/store/write.ts';

interface Shown {
  readonly id: string;
  readonly kind: SyncItem['kind'];
  readonly documentId: string;
  readonly number: string | null;
  readonly sync: SyncView;
  readonly mend: string | null;
}

const states = ['blocked', 'failed', 'sending', 'pending', 'synced'] as const;
type State = (typeof states)[number];
type Request = { readonly limit: number; readonly cursor: string | undefined };

/** Shows a member of finance the documents on their way to Xero: those that need somebody first, unless one state is asked for. */
export const listSyncItems =
  ({ table }: { table: Table }) =>
  async ({ caller, query: { state, limit, cursor } }: XeroCall<'listSyncItems'>): Promise<Reply> => {
    const ws = caller.workspaceId;
    const body =
      state === undefined ? await everyState(table, ws, { limit, cursor }) : await oneState(table, ws, state, { limit, cursor });
    return { status: 200, body };
  };

/** One state after another; the cursor names the state it stopped in. */
const everyState = async (table: Table, ws: string, { limit, cursor = '' }: Request): Promise<ListPage<Shown>> => {
  const [named = '', inner = ''] = cursor.split('~');
  const start = named === '' ? 0 : states.findIndex((state) => state === named);
  if (start < 0) return refuseFields({ path: 'cursor', message: 'is not a cursor of this list' });
  const items: Shown[] = [];
  for (const [place, state] of states.slice(start).entries()) {
    if (items.length === limit) return { items, nextCursor: `${state}~` };
    const within = place === 0 && inner !== '' ? inner : undefined;
    const page = await oneState(table, ws, state, { limit: limit - items.length, cursor: within });
    items.push(...page.items);
    if (page.nextCursor !== undefined) return { items, nextCursor: `${state}~${page.nextCursor}` };
  }
  return { items, nextCursor: undefined };
};

const oneState = async (table: Table, ws: string, state: State, request: Request): Promise<ListPage<Shown>> => {
  // At most one batch is on the wire, so it is one page.
  if (state === 'sending') return { items: await onTheWire(table, ws), nextCursor: undefined };
  // What waits for its turn stands in the lanes; most of it was never tried and has no item of its own yet.
  const waiting = state === 'pending';
  return listPage<Shown>(table, {
    query: waiting
      ? waitingWorkList(ws)
      : { partition: partitions.syncItems(ws, state), index: 'list' as const, descending: true },
    scope: `${ws}/sync-items/${state}`,
    filtered: waiting,
    request,
    show: async (rows) => (waiting ? showWaiting(table, ws, rows) : rows.map((row) => shown(parseSyncItem(row)))),
  });
};

const shown = (item: SyncItem): Shown => ({
  id: item.documentId,
  kind: item.kind,
  documentId: item.documentId,
  number: item.number,
  sync: syncView({ pk: '', sk: '', ...item }, true),
  mend: item.mend,
});

const documentKinds = ['contact', 'invoice', 'quote', 'payment', 'payout', 'credit-note', 'bill', 'expense', 'void'] as const;

/** What is on the wire is waiting work as well until its outcome is known; it is shown once, as what is being sent. */
const showWaiting = async (table: Table, ws: string, rows: readonly Item[]): Promise<(Shown | undefined)[]> => {
  const found = await table.batchGet([manifestKey(ws), ...rows.map((row) => syncItemKey(ws, String(row['documentId'])))]);
  const manifest = parseManifest(found.get(keyText(manifestKey(ws))));
  return rows.map((row) => {
    const documentId = String(row['documentId']);
    if (row['kind'] === manifest.batch?.kind && isOnTheWire(manifest, documentId)) return undefined;
    const kind = documentKinds.find((one) => one === row['kind']);
    const item = found.get(keyText(syncItemKey(ws, documentId)));
    const before = item && parseSyncItem(item);
    if (!kind || (isParked(row) && before?.state !== 'pending')) return undefined;
    if (before?.state === 'pending') return shown(before);
    return { id: documentId, kind, documentId, number: before?.number ?? null, sync: { state: 'pending' }, mend: null };
  });
};

/** What is done with a credit note there, and with its refunds, is shown at the document that it is done for. */
const shownAs = {
  contact: 'contact',
  invoice: 'invoice',
  quote: 'quote',
  payment: 'payment',
  payout: 'payout',
  bill: 'bill',
  expense: 'expense',
  spend: 'expense',
  void: 'void',
  'credit-note': 'credit-note',
  'credit-allocation': 'credit-note',
  'credit-refund': 'payment',
} as const;

const onTheWire = async (table: Table, ws: string): Promise<Shown[]> => {
  const { batch } = parseManifest(await table.get(manifestKey(ws)));
  if (!batch) return [];
  const kind = shownAs[batch.kind];
  const { documents } = batch;
  const found = await table.batchGet(documents.map(({ documentId }) => syncItemKey(ws, documentId)));
  return documents.map(({ documentId }) => {
    const item = found.get(keyText(syncItemKey(ws, documentId)));
    const before = item && parseSyncItem(item);
    if (before?.state === 'sending') return shown(before);
    return { id: documentId, kind, documentId, number: before?.number ?? null, sync: { state: 'sending' }, mend: null };
  });
};
