import type { Difference } from '../../shared/domain/discrepancy.ts';
import { closed, discrepancyKey, noteDifference, parseDiscrepancy } from '../../shared/store/discrepancies.ts';
import { notified, resolved } from '../../shared/store/notifications.ts';
import type { Table } from '../../shared/store/table.ts';

// Flow of several doors: a difference is noted with one notification, and both are over once it is gone.

interface Needs {
  readonly table: Table;
  readonly newId: (prefix: string) => string;
}

/** What a difference is told under; the same for as long as it is the same difference. */
export const driftCause = (ws: string, difference: Difference): string => `discrepancy#${discrepancyKey(ws, difference).sk}`;

/** Notes a difference; somebody is told once, until it is gone. Returns whether it is new. */
export const noteDrift =
  ({ table, newId }: Needs) =>
  async (ws: string, difference: Difference, at: string): Promise<boolean> => {
    const { subject, number, documentId, outsideId, kind, cause, system } = difference;
    const named = number ?? documentId ?? outsideId ?? '';
    const telling = notified(ws, {
      id: newId('ntf'),
      cause: driftCause(ws, difference),
      text: `${words[kind]} of ${subject.replace('-', ' ')} ${named} in ${system === 'xero' ? 'Xero' : 'Stripe'}: ${cause}`,
      mend: 'Look at the discrepancy: it shows both sides and the safe ways out.',
      about: documentId,
      at,
    });
    return noteDifference(table)(ws, { difference, at, newId: () => newId('dis'), telling: [telling] });
  };

const words: Readonly<Record<Difference['kind'], string>> = {
  missing: 'Nothing is found',
  extra: 'One too many',
  duplicate: 'A second copy',
  amount: 'Another amount',
  tax: 'Another tax',
  date: 'Another date',
  status: 'Another status',
  contact: 'Another contact',
  currency: 'Another currency',
  payment: 'Another state of the payment',
  allocation: 'Another allocation',
  line: 'An edited line',
};

/** Nobody needs to be told of it any more; for the commit that closes it. */
export const driftResolved = (ws: string, difference: Difference, at: string) => resolved(ws, driftCause(ws, difference), at);

/** A difference is no longer found: it closes by itself. What was never noted, or was closed already, stays as it is. */
export const closeDrift =
  ({ table }: Pick<Needs, 'table'>) =>
  async (ws: string, difference: Difference, at: string): Promise<void> => {
    const item = await table.get(discrepancyKey(ws, difference));
    const known = item && parseDiscrepancy(item);
    if (known?.state !== 'open') return;
    await table.commit([
      ...closed(ws, known, { state: 'resolved', at, by: null, way: null, reason: 'both sides say the same again' }),
      resolved(ws, driftCause(ws, difference), at),
    ]);
  };
