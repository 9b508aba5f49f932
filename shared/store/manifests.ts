import * as z from 'zod';
import { Conflict } from '../domain/conflict.ts';
import { keys } from './keys.ts';
import { put, type Item, type Write } from './write.ts';

const record = z.object({
  /** Grows with every change of this item; also when waiting work is taken back, so that a batch that still holds it is not sent. */
  version: z.int(),
  batch: z
    .object({
      kind: z.enum([
        'contact',
        'invoice',
        'quote',
        'payment',
        'credit-note',
        'credit-allocation',
        'credit-refund',
        'payout',
        'bill',
        'expense',
        'spend',
        'void',
      ]),
      /** In the order in which they are sent. */
      documents: z.array(
        z.object({
          documentId: z.string(),
          version: z.number(),
          workVersion: z.number(),
          lane: z.enum(['urgent', 'payments', 'documents', 'backfill']).optional(),
        }),
      ),
      idempotencyKey: z.string(),
      firstSentAt: z.string(),
      lastSentAt: z.string(),
      bodyHash: z.string(),
    })
    .optional(),
});

/** The batch that is being sent to Xero for a workspace, written before it is sent; one at a time. Absent: nothing was ever sent. */
export type Manifest = z.infer<typeof record>;

export const manifestKey = keys.manifest;
export const parseManifest = (item: Item | undefined): Manifest => (item ? record.parse(item) : { version: 0 });

/** A batch on its way. */
export type Batch = NonNullable<Manifest['batch']>;

/** The manifest as it stands after `replaceManifest` has gone through. */
export const manifestAfter = (read: Manifest, batch: Manifest['batch']): Manifest => ({
  version: read.version + 1,
  ...(batch === undefined ? {} : { batch }),
});

/** Whether a document may be on the wire at this moment, or may have reached Xero without an answer. */
export const isOnTheWire = ({ batch }: Manifest, documentId: string): boolean =>
  batch?.documents.some((document) => document.documentId === documentId) ?? false;

/**
 * Replaces the manifest as it was read. The worker writes its batch by this before it sends; whoever takes waiting work back writes
 * the manifest unchanged in the same commit: of the two, one loses the race and reads again.
 */
export const replaceManifest = (ws: string, read: Manifest, batch: Manifest['batch']): Write =>
  put(
    'manifest',
    { ...keys.manifest(ws), v: 1, version: read.version + 1, batch },
    {
      condition: read.version === 0 ? 'attribute_not_exists(#pk)' : '#version = :readVersion',
      values: read.version === 0 ? undefined : { ':readVersion': read.version },
      onFail: () => new Conflict('manifest'),
    },
  );
