import { createHash } from 'node:crypto';
import { manifestAfter, replaceManifest, type Batch } from '../../shared/store/manifests.ts';
import type { WaitingWork } from '../../shared/store/waiting-work.ts';
import type { Outcome } from '../../shared/xero/element.ts';
import { outcomeUnknown, XeroError } from '../../shared/xero/failure.ts';
import { AccessLost } from './access-token.ts';
import { MustWait } from './open-books.ts';
import { giveWay } from './pick-work.ts';
import type { Run } from './run.ts';
import { closeManifest } from './settle.ts';
import { instantAt } from './world.ts';

// Flow of the worker: sends a batch so that each of its elements is made once, whatever breaks on the way.

/** One document of a batch with what is sent for it. */
export interface Element<P> {
  readonly work: Pick<WaitingWork, 'documentId' | 'version' | 'lane'>;
  readonly documentVersion: number;
  readonly payload: P;
}

/** Nobody knows whether a batch arrived. Its manifest stands; it is looked up before anything else is sent. */
export class OutcomeOpen extends Error {
  constructor() {
    super('Xero did not say what became of a batch');
    this.name = 'OutcomeOpen';
  }
}

export interface Sending<P, R> {
  readonly kind: Batch['kind'];
  readonly call: (payloads: P[], key: string) => Promise<Outcome<R>[]>;
  /** Writes what became of the elements and closes the manifest. */
  readonly settle: (results: { element: Element<P>; outcome: Outcome<R> }[]) => Promise<void>;
}

export const hashOf = (payloads: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(payloads)).digest('base64url');

/** Sends a batch under a new key. Its manifest is written first. Throws `OutcomeOpen`, `MustWait`, `AccessLost`. */
export const sendBatch = async <P, R>(
  run: Run,
  elements: readonly Element<P>[],
  sending: Sending<P, R>,
  tries = 1,
): Promise<void> => {
  if (elements.length === 0) return;
  await giveWay(run);
  const at = instantAt(run.world);
  const batch: Batch = {
    kind: sending.kind,
    documents: elements.map(({ work, documentVersion }) => ({
      documentId: work.documentId,
      version: documentVersion,
      workVersion: work.version,
      lane: work.lane,
    })),
    idempotencyKey: run.world.newId('push'),
    firstSentAt: at,
    lastSentAt: at,
    bodyHash: hashOf(elements.map(({ payload }) => payload)),
  };
  await writeManifest(run, batch);
  await sendUnder(run, batch, elements, sending, tries);
};

/** Sends the same bytes under the same key again, after nothing of them was found. */
export const resendBatch = async <P, R>(
  run: Run,
  batch: Batch,
  elements: readonly Element<P>[],
  sending: Sending<P, R>,
): Promise<void> => {
  const again = { ...batch, lastSentAt: instantAt(run.world) };
  await writeManifest(run, again);
  await sendUnder(run, again, elements, sending, 1);
};

/** Fails when somebody took work back since the manifest was read: then what is to be sent is read again. */
const writeManifest = async (run: Run, batch: Batch): Promise<void> => {
  await run.world.table.commit([replaceManifest(run.ws, run.manifest, batch)]);
  run.manifest = manifestAfter(run.manifest, batch);
};

const sendUnder = async <P, R>(
  run: Run,
  batch: Batch,
  elements: readonly Element<P>[],
  sending: Sending<P, R>,
  tries: number,
): Promise<void> => {
  let outcomes: Outcome<R>[];
  try {
    outcomes = await sending.call(
      elements.map(({ payload }) => payload),
      batch.idempotencyKey,
    );
  } catch (error) {
    return afterFailure(run, elements, sending, { error, tries });
  }
  await sending.settle(elements.map((element, place) => ({ element, outcome: outcomes[place] as Outcome<R> })));
};

const afterFailure = async <P, R>(
  run: Run,
  elements: readonly Element<P>[],
  sending: Sending<P, R>,
  { error, tries }: { error: unknown; tries: number },
): Promise<void> => {
  if (outcomeUnknown(error)) throw new OutcomeOpen();
  const refusedWhole = error instanceof XeroError;
  if (!refusedWhole && !(error instanceof MustWait) && !(error instanceof AccessLost)) throw error;
  // Xero's own no: nothing of it was done.
  if (!refusedWhole) {
    await closeManifest(run);
    throw error;
  }
  const [only] = elements;
  if (only && elements.length === 1) {
    return sending.settle([{ element: only, outcome: { ok: false, messages: error.messages } }]);
  }
  await closeManifest(run);
  if (tries === 1) return sendBatch(run, elements, sending, 2);
  // Refused whole twice: halved until the culprit stands alone, so that it holds up nobody else.
  const half = Math.ceil(elements.length / 2);
  await sendBatch(run, elements.slice(0, half), sending, 2);
  await sendBatch(run, elements.slice(half), sending, 2);
};
