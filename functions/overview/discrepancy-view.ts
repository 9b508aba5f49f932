import type * as z from 'zod';
import type { discrepancySchema, reconciliationSchema } from '../../shared/api/reconciliation.ts';
import { stepsOf, waysOut } from '../../shared/domain/discrepancy.ts';
import type { Discrepancy } from '../../shared/store/discrepancies.ts';
import type { Credits } from './credit-difference.ts';
import type { Reconciliation } from '../../shared/store/reconciliation.ts';

/** A discrepancy as the API shows it: both sides, and each safe way out with what it will do. */
export const discrepancyView = ({ difference, ...record }: Discrepancy, credits: Credits): z.infer<typeof discrepancySchema> => ({
  id: record.id,
  kind: difference.kind,
  system: difference.system,
  subject: difference.subject,
  documentId: difference.documentId,
  outsideId: difference.outsideId,
  number: difference.number,
  ours: difference.ours,
  theirs: difference.theirs,
  amount: difference.amount,
  cause: difference.cause,
  state: record.state,
  ways:
    record.state === 'open'
      ? waysOut(difference, { creditable: credits(difference) !== undefined }).map((way) => ({
          way,
          steps: stepsOf(difference, way),
        }))
      : [],
  foundAt: record.foundAt,
  seenAt: record.seenAt,
  resolvedAt: record.resolvedAt,
  resolvedBy: record.resolvedBy,
  reason: record.reason,
});

/** The comparison of the books as the API shows it. `open` is how many differences are open at this moment. */
export const reconciliationView = (
  { state, scope, startedAt, finishedAt, compared, reason }: Reconciliation,
  open: number,
): z.infer<typeof reconciliationSchema> => ({ state, scope, startedAt, finishedAt, compared, open, reason });
