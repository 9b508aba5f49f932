import { belongsInXero } from '../../shared/domain/payments.ts';
import { parseClient } from '../../shared/store/clients.ts';
import { foundAt, type Found } from '../../shared/store/found.ts';
import { invoiceKey, parseInvoice, type InvoiceHead } from '../../shared/store/invoices.ts';
import { keys, partitions } from '../../shared/store/keys.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { readSeen, type Reconciliation } from '../../shared/store/reconciliation.ts';
import { parseSyncItem, syncedSince, syncItemKey, type SyncItem } from '../../shared/store/sync-items.ts';
import type { QueryInput } from '../../shared/store/table.ts';
import { tableShape } from '../../shared/store/table-shape.ts';
import type { Item } from '../../shared/store/write.ts';
import type { Compared, Looked } from './compared.ts';
import { together } from './compared.ts';
import { lookUpContacts, lookUpInvoices, lookUpPayments, nothingOf } from './look-up.ts';
import type { Run } from './run.ts';

// Flow of the comparison: goes through what is here, and looks up what Xero's pages did not show.

/** Rows of ours that are read at once, and how many of them are looked up in one step. */
const rowsRead = 200;
const lookedUpAtOnce = { 'clients-here': 5, 'invoices-here': 40, 'payments-here': 5 } as const;
type Stage = keyof typeof lookedUpAtOnce;

/** One row of ours: nothing to do, something that Xero should have and did not show, or something that never got there. */
type Row = { row: Item; id: string; suspect: boolean; lost: boolean };

/** One step: as many of ours as have few enough to be looked up among them. */
export const lookAtOurs = async (run: Run, leased: Reconciliation): Promise<Looked> => {
  const stage = leased.stage as Stage;
  const query = queryOf(run, leased, stage);
  const page = await run.world.table.query({
    ...query,
    limit: rowsRead,
    ...(leased.after ? { after: leased.after as Item } : {}),
  });
  const seen = await readSeen(run.world.table)(run.ws, leased.runId ?? '');
  const { rows, items } = await judgeRows(run, leased, stage, page.items, seen);
  const taken = upTo(rows, lookedUpAtOnce[stage]);
  const suspects = taken.filter(({ suspect }) => suspect).map(({ id }) => id);
  const looked = await lookUp(run, stage, suspects, items);
  const last = taken.at(-1)?.row;
  const isCut = taken.length < rows.length;
  return {
    ...looked,
    unlinked: [...looked.unlinked, ...taken.filter(({ lost }) => lost).map(({ id }) => id)],
    more: isCut || page.last !== undefined,
    after: isCut && last ? placeOf(last, query) : (page.last ?? null),
  };
};

/** Rows from the front, until so many of them have to be looked up. */
const upTo = (rows: readonly Row[], most: number): readonly Row[] => {
  let suspects = 0;
  const end = rows.findIndex(({ suspect }) => suspect && ++suspects > most);
  return end < 0 ? rows : rows.slice(0, end);
};

const placeOf = (row: Item, { index }: QueryInput): Item => {
  const names = index ? Object.values(tableShape.indexes[index]) : [];
  return { pk: row.pk, sk: row.sk, ...Object.fromEntries(names.map((name) => [name, row[name]])) };
};

/** A whole comparison goes through everything, one of changes through what was sent since the last one. */
const queryOf = ({ ws }: Run, { since }: Reconciliation, stage: Stage): QueryInput => {
  if (since !== null) return syncedSince(ws, since);
  if (stage === 'clients-here') return { partition: partitions.workspace(ws), beginsWith: 'CLIENT#' };
  return {
    partition: stage === 'invoices-here' ? partitions.invoicesOfWorkspace(ws) : partitions.paymentsOfWorkspace(ws),
    index: 'list',
  };
};

const prefixOf = { 'clients-here': 'cli_', 'invoices-here': 'inv_', 'payments-here': 'pay_' } as const;
const keyOf = { 'clients-here': keys.client, 'invoices-here': keys.invoice, 'payments-here': keys.payment } as const;

const judgeRows = async (
  run: Run,
  leased: Reconciliation,
  stage: Stage,
  found: readonly Item[],
  seen: ReadonlySet<string>,
): Promise<{ rows: Row[]; items: Found }> => {
  const { ws, world } = run;
  const ids = found.map((row) => String(row[leased.since === null ? 'id' : 'documentId']));
  const mine = ids.filter((id) => id.startsWith(prefixOf[stage]));
  const open = leased.since === null ? mine : mine.filter((id) => !seen.has(id));
  const items = await world.table.batchGet(open.flatMap((id) => [keyOf[stage](ws, id), syncItemKey(ws, id)]));
  const payments =
    stage === 'payments-here' ? open.flatMap((id) => foundAt(items, keys.payment(ws, id), parsePayment) ?? []) : [];
  const invoices = await world.table.batchGet(payments.map(({ invoiceId }) => invoiceKey(ws, invoiceId)));
  const all = new Map([...items, ...invoices]);
  const rows = found.map((row, place): Row => {
    const id = ids[place] ?? '';
    const sync = foundAt(all, syncItemKey(ws, id), parseSyncItem);
    const isMine = id.startsWith(prefixOf[stage]);
    const there = isMine && !seen.has(id) && shouldBeThere(run, stage, id, sync, all);
    const isWhole = leased.since === null;
    return { row, id, suspect: there, lost: isWhole && isMine && !seen.has(id) && neverSent(run, stage, id, sync, all) };
  });
  return { rows, items: all };
};

const standing = new Set(['issued', 'partially-paid', 'paid']);

/** It was sent to these books, and Xero's pages did not show it. */
const shouldBeThere = (run: Run, stage: Stage, id: string, sync: SyncItem | undefined, items: Found): boolean => {
  if (stage === 'clients-here') return foundAt(items, keys.client(run.ws, id), parseClient)?.xeroContactId != null;
  if (sync?.xeroId == null || (sync.tenantId != null && sync.tenantId !== run.tenantId)) return false;
  if (stage === 'payments-here') return true;
  const head = foundAt(items, keys.invoice(run.ws, id), parseInvoice);
  return head !== undefined && (standing.has(head.status) || head.status === 'void');
};

/** It has to be there, was never sent, and nothing says why: the work of sending it was lost. */
const neverSent = ({ ws }: Run, stage: Stage, id: string, sync: SyncItem | undefined, items: Found): boolean => {
  if (stage === 'clients-here' || (sync?.xeroId ?? null) !== null) return false;
  if (sync?.state === 'blocked' || sync?.state === 'failed') return false;
  if (stage === 'invoices-here') {
    const head = foundAt(items, keys.invoice(ws, id), parseInvoice);
    return head !== undefined && head.number !== null && head.toXero && standing.has(head.status);
  }
  const payment = foundAt(items, keys.payment(ws, id), parsePayment);
  const head: InvoiceHead | undefined = payment && foundAt(items, invoiceKey(ws, payment.invoiceId), parseInvoice);
  return payment !== undefined && head !== undefined && belongsInXero(payment, head);
};

const lookUp = async (run: Run, stage: Stage, ids: readonly string[], items: Found): Promise<Compared> => {
  if (ids.length === 0) return together([]);
  const xeroIdOf = (id: string): string => foundAt(items, syncItemKey(run.ws, id), parseSyncItem)?.xeroId ?? '';
  const looked = {
    'clients-here': () =>
      lookUpContacts(
        run,
        ids.flatMap((id) => foundAt(items, keys.client(run.ws, id), parseClient) ?? []),
      ),
    'invoices-here': () =>
      lookUpInvoices(
        run,
        ids.flatMap((id) => {
          const head = foundAt(items, keys.invoice(run.ws, id), parseInvoice);
          return head ? [{ head, xeroId: xeroIdOf(id) }] : [];
        }),
      ),
    'payments-here': () =>
      lookUpPayments(
        run,
        ids.map((id) => ({ id, xeroId: xeroIdOf(id) })),
      ),
  }[stage];
  return together([await looked(), ...ids.map(nothingOf)]);
};
