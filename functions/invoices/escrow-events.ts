import * as z from 'zod';
import { escrowId } from '../../shared/api/escrow.ts';
import { id, positiveAmount } from '../../shared/api/common.ts';

const source = z.literal('platform.escrow');
// What else an event carries is for others: only what is named here is read, and all of it must be right.
const detail = { workspaceId: id('ws'), jobId: id('job'), amount: positiveAmount };

const event = z.discriminatedUnion('detail-type', [
  z.object({
    source,
    'detail-type': z.literal('EscrowFunded'),
    detail: z.object({ ...detail, fundingId: escrowId }),
  }),
  z.object({
    source,
    'detail-type': z.literal('EscrowReleased'),
    detail: z.object({ ...detail, releaseId: escrowId, memberId: id('mem') }),
  }),
]);

/** An event about money in escrow, as the bus delivers it. */
export type EscrowEvent = z.infer<typeof event>;

/** Reads an event of the bus. Throws on anything else, without quoting it. */
export const readEscrowEvent = (message: unknown): EscrowEvent => {
  const read = event.safeParse(message);
  if (read.success) return read.data;
  const where = read.error.issues.map(({ path }) => path.join('.') || 'the event').join(', ');
  throw new Error(`this is no event about escrow: ${where}`);
};
