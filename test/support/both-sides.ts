import { partitions } from '../../shared/store/keys.ts';
import { parseInvoice } from '../../shared/store/invoices.ts';
import { parseManifest } from '../../shared/store/manifests.ts';
import { parsePayment } from '../../shared/store/payments.ts';
import { readReconciliation } from '../../shared/store/reconciliation.ts';
import { parseSyncItem, syncItemKey } from '../../shared/store/sync-items.ts';
import { keyText } from '../../shared/store/table.ts';
import type { Item } from '../../shared/store/write.ts';
import { contactLinkKey } from '../../shared/store/xero-contacts.ts';
import { readXeroConnection } from '../../shared/store/xero-connections.ts';
import type { TestWorkspace } from './workspace.ts';
import { tenantId, type XeroStage } from './xero-stage.ts';

/** The sums in an item, whatever day they belong to: cases lie on different days of a test. */
const sumsIn = (value: unknown): number[] => {
  if (typeof value === 'number') return value === 0 ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sumsIn) : [];
};

const sorted = (texts: readonly string[]): string[] => [...texts].sort((one, other) => one.localeCompare(other));

/** What stands here: documents, sums, trail, notifications, and whatever still waits. */
const here = async ({ engine: { table } }: XeroStage, { workspace: { id: ws } }: TestWorkspace) => {
  const list = (partition: string, index?: 'list') => table.queryAll({ partition, ...(index ? { index } : {}) });
  const [work, trail, open, resolved, sums, drift, heads, paid, comparison, connection] = await Promise.all([
    list(partitions.waitingWork(ws)),
    list(partitions.audit(ws)),
    list(partitions.notifications(ws, 'open'), 'list'),
    list(partitions.notifications(ws, 'resolved'), 'list'),
    list(partitions.aggregates(ws)),
    list(partitions.discrepanciesOf(ws)),
    list(partitions.invoicesOfWorkspace(ws), 'list'),
    list(partitions.paymentsOfWorkspace(ws), 'list'),
    readReconciliation(table)(ws),
    readXeroConnection(table)(ws),
  ]);
  const about = ({ cause }: Item): string => String(cause).split('#')[0] ?? '';
  return {
    invoices: heads.map(parseInvoice),
    payments: paid.map(parsePayment),
    told: {
      connection: connection.state,
      onTheWire: parseManifest(work.find(({ sk }) => sk === '!MANIFEST')).batch?.kind,
      waiting: sorted(work.flatMap(({ sk }) => (sk === '!MANIFEST' ? [] : sk.split('#').slice(0, 2).join(' ')))),
      trail: sorted(trail.map(({ what }) => String(what))),
      notices: [...sorted(open.map(about)), ...sorted(resolved.map((one) => `${about(one)} resolved`))],
      sums: sums.flatMap(({ v: _version, ...item }) => sumsIn(item)),
      drift: sorted(drift.map(({ state, difference }) => `${(difference as { kind: string }).kind} ${String(state)}`)),
      comparison: [comparison.state, comparison.opened, comparison.compared],
    },
  };
};

type Wire = Record<string, unknown>;

/** How a workspace and its organisation's books stand, without ids and instants. Both have to be the workspace's alone. */
export const bothSides = async (stage: XeroStage, place: TestWorkspace) => {
  const ws = place.workspace.id;
  const [{ invoices, payments, told }, books] = await Promise.all([here(stage, place), stage.books()]);
  const clients = [...new Set(invoices.map(({ clientId }) => clientId))];
  const documents = [...invoices, ...payments].map(({ id }) => syncItemKey(ws, id));
  const links = clients.map((id) => contactLinkKey(ws, tenantId, id));
  const found = await stage.engine.table.batchGet([...documents, ...links]);
  const standThere = [
    ...books.invoices.map(({ InvoiceID }) => InvoiceID),
    ...books.payments.map(({ PaymentID }) => PaymentID),
    ...books.contacts.map(({ ContactID }) => ContactID),
  ];
  const synced = (id: string) => {
    const item = found.get(keyText(syncItemKey(ws, id)));
    if (!item) return undefined;
    const { state, code, xeroStatus, xeroId, differs, awaited } = parseSyncItem(item);
    return { state, code, xeroStatus, differs: differs ?? [], awaited, stands: standThere.includes(xeroId) };
  };
  const linked = links.map((key) => standThere.includes(found.get(keyText(key))?.['contactId']));
  return {
    ...told,
    invoices: invoices.map(({ id, status, paid, dueDate, freeing }) => [status, paid.amount, dueDate, freeing, synced(id)]),
    payments: payments.map(({ id, origin, status, counts }) => [origin, status, counts.amount, synced(id)]),
    linked,
    invoicesThere: books.invoices.map(({ Status, Total, AmountDue, DueDateString }) => [Status, Total, AmountDue, DueDateString]),
    paymentsThere: books.payments.map(({ Status, Amount }: Wire) => [Status, Amount]),
    contactsThere: books.contacts.filter(({ ContactNumber }) => clients.includes(String(ContactNumber))).length,
  };
};
