import { isBillId } from '../../shared/domain/claimed.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { readBills } from '../../shared/store/bills.ts';
import { isOnTheWire } from '../../shared/store/manifests.ts';
import { allLanes, readWorkIn, waitingAmong } from '../../shared/store/waiting-work.ts';
import type { Run } from './run.ts';

/** A document of ours whose work was lost. Its push goes on and finds it; `there` where that would make a second one. */
export interface Unlinked {
  readonly id: string;
  readonly there?: { readonly xeroId: string; readonly status: string };
}

/** What a look at some documents of the organisation has shown. */
export interface Compared {
  readonly differences: readonly Difference[];
  /** Which of ours were among them, by our ids; and theirs that claim to be ours and are not, by their ids. */
  readonly seen: readonly string[];
  /** Ours that stand there without our knowing it, or are not done with there although nothing waits for it. */
  readonly unlinked: readonly Unlinked[];
  /** Xero's ids of invoices of ours on which money moved that is not known here: they are followed first, and judged then. */
  readonly follow?: readonly string[];
}

export const together = (parts: readonly Compared[]): Compared => ({
  differences: parts.flatMap(({ differences }) => differences),
  seen: parts.flatMap(({ seen }) => seen),
  unlinked: parts.flatMap(({ unlinked }) => unlinked),
  follow: parts.flatMap(({ follow = [] }) => follow),
});

/**
 * Documents that are on their way, or may be: what differs about them is no drift but work that isn't done yet. The manifest is
 * the one that the worker has read before this look; it is the only one who sends.
 */
export const underWay = async (run: Run, documentIds: readonly string[]): Promise<Set<string>> => {
  const waiting = await waitingAmong(run.world.table)(run.ws, documentIds);
  const spread = await billsToSpread(run, documentIds.filter(isBillId));
  return new Set([...waiting, ...spread, ...documentIds.filter((id) => isOnTheWire(run.manifest, id))]);
};

/** Bills whose invoice was issued or voided just now: their work is made out of work on the invoice. */
const billsToSpread = async ({ ws, world }: Run, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return [];
  const bills = await readBills(world.table)(ws, ids);
  const invoiceIds = [...new Set(bills.map(({ invoiceId }) => invoiceId))];
  const waiting = new Set((await readWorkIn(world.table)(ws, allLanes, 'bills', invoiceIds)).map(({ documentId }) => documentId));
  return bills.filter(({ invoiceId }) => waiting.has(invoiceId)).map(({ id }) => id);
};

/** A document that was asked for, whatever came of it. */
export const nothingOf = (id: string): Compared => ({ differences: [], seen: [id], unlinked: [] });

/** What a step has shown, and where the next one of its stage begins. */
export interface Looked extends Compared {
  readonly more: boolean;
  readonly after: Record<string, unknown> | null;
}
