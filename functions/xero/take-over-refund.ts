import { beyondRefunds } from '../../shared/domain/compare-credit.ts';
import type { Difference } from '../../shared/domain/discrepancy.ts';
import { fromHundredths } from '../../shared/domain/hundredths.ts';
import { isCurrency } from '../../shared/domain/money.ts';
import { readCreditNote } from '../../shared/store/credit-notes.ts';
import { readCreditNoteThere } from '../../shared/xero/list-credit-notes.ts';
import { foreignRefundsOf, notStanding, refundsBooked } from './missing-refunds.ts';
import type { Run } from './run.ts';

// Flow of the worker: somebody has decided that what was given back in Xero for a credit note went back here, too.

/** Takes over what went back beyond what is known here by now. Returns why that is not possible; undefined once it is done. */
export const takeOverRefund = async (run: Run, { documentId, outsideId }: Difference): Promise<string | undefined> => {
  const note = await readCreditNote(run.world.table)(run.ws, documentId ?? '');
  const there = note && (await readCreditNoteThere(run.books, outsideId ?? ''));
  if (!there || !isCurrency(note.currency)) return undefined;
  // What an earlier try has taken over counts, though its payment may still be on its way to say so there.
  const known = notStanding(await refundsBooked(run, note), there);
  const beyond = beyondRefunds({ foreignRefunds: foreignRefundsOf(there), missingRefunds: known });
  if (beyond <= 0n) return undefined;
  const { id: creditNoteId, invoiceId, currency } = note;
  const amount = fromHundredths(beyond, currency);
  const left = await run.flows.refundedThere(run.ws, { tenantId: run.tenantId, invoiceId, creditNoteId, amount });
  return left.amount > 0 ? tooMuch : undefined;
};

const tooMuch =
  'More of it was given back in Xero than can be taken off payments here: no more than stands open, and a card payment only by a refund from here';
