import type { Batch } from '../../shared/store/manifests.ts';
import type { WaitingWork, WorkKind } from '../../shared/store/waiting-work.ts';
import type { Run } from './run.ts';
import { hashOf, resendBatch, type Element, type Sending } from './send-batch.ts';
import type { Settled } from './settle.ts';

// What a look-up tells of a batch whose answer was lost, and how the batch is sent again.

/** What was sent, as far as it is found in Xero. */
export interface LookedUp {
  /** Outcomes of what is there. */
  readonly found: readonly Settled[];
  readonly missing: Batch['documents'];
  /** Sends the same again; undefined when what is missing isn't the whole batch, byte by byte. */
  readonly again?: (() => Promise<void>) | undefined;
}

/** While a manifest stands nothing new is made, not even a contact. */
export const cautious = (run: Run): Run => ({ ...run, settings: { ...run.settings, contactPolicy: 'match-only' } });

/** The waiting work that a batch was made from. */
export const worksOf = (batch: Batch, kind: WorkKind): WaitingWork[] =>
  batch.documents.map(({ documentId, workVersion, lane = 'documents' }) => ({
    documentId,
    kind,
    lane,
    version: workVersion,
    dueAt: batch.firstSentAt,
    since: batch.firstSentAt,
    attempts: 0,
  }));

export const documentsOf = (batch: Batch, ids: ReadonlySet<string>): Batch['documents'] =>
  batch.documents.filter(({ documentId }) => ids.has(documentId));

/** How a batch is sent again, byte by byte. */
interface Again<T, P, R> {
  readonly ready: () => Promise<readonly T[]>;
  readonly elementOf: (one: T) => Element<P>;
  readonly sending: (ready: readonly T[]) => Sending<P, R>;
  /** Whether it can do no harm even if the first sending arrives late. */
  readonly isSafe?: (ready: readonly T[]) => boolean;
}

/** What was found and what wasn't; with the whole batch to send again where nothing of it is there and its bytes are the same. */
export const outcome = async <T, P, R>(
  run: Run,
  batch: Batch,
  { found, missing }: { readonly found: readonly Settled[]; readonly missing: ReadonlySet<string> },
  { ready, elementOf, sending, isSafe = () => true }: Again<T, P, R>,
): Promise<LookedUp> => {
  const whole = missing.size === batch.documents.length ? await ready() : [];
  const elements = whole.map(elementOf);
  const isSame = hashOf(elements.map(({ payload }) => payload)) === batch.bodyHash;
  const again = isSame && isSafe(whole) ? () => resendBatch(run, batch, elements, sending(whole)) : undefined;
  return { found, missing: documentsOf(batch, missing), again };
};
