import type { XeroCall } from '../../shared/api/xero.ts';
import type { Reply } from '../../shared/domain/once.ts';
import { refuse } from '../../shared/domain/refusal.ts';
import { audited } from '../../shared/store/audit.ts';
import { billKey } from '../../shared/store/bills.ts';
import { clientKey } from '../../shared/store/clients.ts';
import { creditNoteKey, parseCreditNote } from '../../shared/store/credit-notes.ts';
import { expenseKey, parseExpense } from '../../shared/store/expenses.ts';
import { answered } from '../../shared/store/idempotency.ts';
import { invoiceKey, parseInvoice } from '../../shared/store/invoices.ts';
import { parsePayment, paymentKey } from '../../shared/store/payments.ts';
import { payoutKey } from '../../shared/store/payouts.ts';
import { parseQuote, quoteKey } from '../../shared/store/quotes.ts';
import { keepSyncItem, parseSyncItem, syncItemKey, syncView, type SyncItem } from '../../shared/store/sync-items.ts';
import { keyText } from '../../shared/store/table.ts';
import { cancelled, unparked, waits } from '../../shared/store/waiting-work.ts';
import type { Item, Key, Write } from '../../shared/store/write.ts';
import { connectionFrom, xeroConnectionKey } from '../../shared/store/xero-connections.ts';
import { joinBooks } from '../invoices/join-books.ts';
import { usualLane, workOf, type DocumentWork } from './work-of-documents.ts';
import { instantAt, type XeroWorld } from './world.ts';

const keyOf = {
  ...{ contact: clientKey, invoice: invoiceKey, quote: quoteKey, payment: paymentKey },
  ...{ payout: payoutKey, 'credit-note': creditNoteKey, bill: billKey, expense: expenseKey },
};
/** What is done there once a document stands there; it looks first, so that asking for it costs a look. */
const followUps: Partial<Record<DocumentWork, 'payment-change' | 'credit-allocation'>> = {
  payment: 'payment-change',
  'credit-note': 'credit-allocation',
};

interface Wanted {
  readonly id: string;
  readonly kind: DocumentWork;
  readonly before: SyncItem | undefined;
  /** What else is written where it belongs into the books only from now on. */
  readonly joins: readonly Write[];
}

/** Tries one document again at once, whatever held it up. */
export const retrySyncItem =
  (world: XeroWorld) =>
  async ({ caller, params, once }: XeroCall<'retrySyncItem'>): Promise<Reply> =>
    push(world, caller, [params.id], (views) => ({ status: 202, body: views[0]?.sync }), once);

/** Sends chosen documents to Xero ahead of what nobody waits for. */
export const pushToXero =
  (world: XeroWorld) =>
  async ({ caller, body, once }: XeroCall<'pushToXero'>): Promise<Reply> =>
    push(world, caller, body.ids, (items) => ({ status: 202, body: { items } }), once);

type Caller = XeroCall<'pushToXero'>['caller'];
type View = { id: string; sync: ReturnType<typeof syncView> };

const push = async (
  world: XeroWorld,
  caller: Caller,
  asked: readonly string[],
  reply: (views: View[]) => Reply,
  once: XeroCall<'pushToXero'>['once'],
): Promise<Reply> => {
  const ws = caller.workspaceId;
  const wanted = await readWanted(world, ws, [...new Set(asked)]);
  const at = instantAt(world);
  const sendable = wanted.filter(({ before }) => before?.state !== 'synced');
  const views = wanted.map(({ id, before }): View => ({
    id,
    sync: before?.state === 'synced' ? syncView(asItem(before), true) : { state: 'pending' },
  }));
  const answer = reply(views);
  // Six to eight actions each, and more only where payments join: in one commit for a few documents, in several for many; each may be repeated.
  const perCommit = 11;
  for (let start = perCommit; start < sendable.length; start += perCommit)
    await world.table.commit(sendable.slice(start, start + perCommit).flatMap((one) => sendNow(world, ws, one, at)));
  await world.table.commit([
    ...sendable.slice(0, perCommit).flatMap((one) => sendNow(world, ws, one, at)),
    audited(ws, {
      id: world.newId('aud'),
      at,
      who: caller.memberId,
      what: 'xero-push',
      about: asked[0] ?? '',
      text: asked.length === 1 ? 'A document was sent to Xero again' : `${asked.length} documents were sent to Xero`,
    }),
    answered(once, answer),
  ]);
  await world.ring([ws]).catch(() => undefined);
  return answer;
};

const asItem = (item: SyncItem): Item => ({ pk: '', sk: '', ...item });

/** Its work in the lane of those whom somebody waits for, and nowhere else. */
const sendNow = (world: XeroWorld, ws: string, { id, kind, before, joins }: Wanted, at: string): Write[] => [
  ...joins,
  cancelled(ws, { lane: usualLane[kind], kind, documentId: id }),
  unparked(ws, { kind, documentId: id }),
  waits(ws, { lane: 'urgent', kind, documentId: id, version: world.clock(), dueAt: at, since: at }),
  ...followUp(world, ws, { id, kind, before }, at),
  ...(before ? [keepSyncItem(ws, { ...before, state: 'pending', reason: null, code: null, mend: null, at })] : []),
];

/** What stands there already may be held up in what comes after it. */
const followUp = (world: XeroWorld, ws: string, { id, kind, before }: Omit<Wanted, 'joins'>, at: string): Write[] => {
  const next = followUps[kind];
  if (next === undefined || before?.xeroId == null) return [];
  const work = { kind: next, documentId: id } as const;
  return [unparked(ws, work), waits(ws, { ...work, lane: 'payments', version: world.clock(), dueAt: at, since: at })];
};

const readWanted = async (world: XeroWorld, ws: string, ids: readonly string[]): Promise<Wanted[]> => {
  const connectionKey = xeroConnectionKey(ws);
  const found = await world.table.batchGet([
    connectionKey,
    ...ids.flatMap((id) => [keyOf[workOf(id)](ws, id), syncItemKey(ws, id)]),
  ]);
  const at = <T>(key: Key, parse: (item: Item) => T): T | undefined => {
    const item = found.get(keyText(key));
    return item && parse(item);
  };
  if (connectionFrom(found.get(keyText(connectionKey))).state === 'disconnected')
    return refuse('xero-not-connected', 'This workspace is not connected to Xero');
  const wanted: Wanted[] = [];
  for (const id of ids) {
    const kind = workOf(id);
    if (!at(keyOf[kind](ws, id), (item) => isSendable(kind, item))) return refuse('not-found', 'There is no such thing here');
    const head = kind === 'invoice' ? at(invoiceKey(ws, id), parseInvoice) : undefined;
    const joins = head && head.status !== 'void' ? await joinBooks(world.table)(ws, head, instantAt(world)) : [];
    wanted.push({ id, kind, before: at(syncItemKey(ws, id), parseSyncItem), joins });
  }
  return wanted;
};

/** Documents that were never issued are nobody's business in Xero; what was never a document isn't there at all. */
const isSendable = (kind: DocumentWork, item: Item): boolean => {
  if (kind === 'contact') return true;
  if (kind === 'payment') return parsePayment(item).origin !== 'xero';
  // Whether a bill stands is looked at when it is sent.
  if (kind === 'payout' || kind === 'bill') return true;
  if (kind === 'credit-note') return !parseCreditNote(item).onlyHere;
  if (kind === 'expense') return parseExpense(item).toXero;
  if (kind === 'quote') {
    if (parseQuote(item).status === 'draft')
      return refuse('quote-not-sent', 'A quote is sent to Xero once it is sent to its client');
    return true;
  }
  const { status, number } = parseInvoice(item);
  if (status === 'collecting' || status === 'abandoned') return false;
  if (number === null || status === 'draft') return refuse('invoice-not-issued', 'A draft is sent to Xero once it is issued');
  return true;
};
