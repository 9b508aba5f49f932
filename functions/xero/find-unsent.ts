import { parseClient } from '../../shared/store/clients.ts';
import { parseInvoice } from '../../shared/store/invoices.ts';
import { partitions } from '../../shared/store/keys.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Backfill, BackfillKind } from '../../shared/store/backfills.ts';
import type { Item } from '../../shared/store/write.ts';
import { contactLinkKey } from '../../shared/store/xero-contacts.ts';
import type { Run } from './run.ts';

// Flow of the worker: documents of the platform that should be in Xero and aren't, as they stand in their lists.

const rowsPerRead = 100;

/** Part of a list: how many of its rows belong in Xero, which of them aren't there, and where to go on; undefined at its end. */
export interface Unsent {
  readonly belong: number;
  readonly rows: readonly Item[];
  readonly next: string | undefined;
}

/** Reads one page of a kind's list behind a place. An index tells what there is: what has come in this second sends itself. */
export const findUnsent = async (
  run: Run,
  { from }: Pick<Backfill, 'from'>,
  kind: BackfillKind,
  after: string,
): Promise<Unsent> => {
  const { ws, world, tenantId } = run;
  const list =
    kind === 'contact'
      ? { partition: partitions.workspace(ws), from: after === '' ? 'CLIENT#' : `${after}!`, to: 'CLIENT#~' }
      : {
          partition: kind === 'invoice' ? partitions.invoicesOfWorkspace(ws) : partitions.paymentsOfWorkspace(ws),
          index: 'list' as const,
          from: after === '' ? from : `${after}!`,
        };
  const { items, last } = await world.table.query({ ...list, limit: rowsPerRead });
  const belonging = items.filter((row) => belongs(kind, row));
  const keyOf = (row: Item) =>
    kind === 'contact' ? contactLinkKey(ws, tenantId, String(row['id'])) : syncItemKey(ws, String(row['id']));
  const there = await world.table.batchGet(belonging.map(keyOf));
  const rows = belonging.filter((row) => {
    const item = there.get(keyText(keyOf(row)));
    if (!item) return true;
    if (kind === 'contact') return false;
    const { xeroId, state } = parseSyncItem(item);
    return xeroId === null && state !== 'sending';
  });
  const end = items.at(-1);
  return { belong: belonging.length, rows, next: last && end && placeOf(kind, end) };
};

/** Where a row stands in its list. */
export const placeOf = (kind: BackfillKind, row: Item): string => String(kind === 'contact' ? row.sk : row['listSk']);

const belongs = (kind: BackfillKind, row: Item): boolean => {
  if (kind === 'contact') return !parseClient(row).archived;
  if (kind === 'payment') {
    const { origin, status } = parsePayment(row);
    return origin !== 'xero' && (status === 'succeeded' || status === 'refunded' || status === 'disputed');
  }
  const { status, number } = parseInvoice(row);
  return number !== null && (status === 'issued' || status === 'partially-paid' || status === 'paid');
};
