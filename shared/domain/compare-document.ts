import type { DateText } from './days.ts';
import type { Difference, DifferenceSubject, DriftKind } from './discrepancy.ts';
import { fromHundredths, hundredthsOf, hundredthsText } from './hundredths.ts';
import { isCurrency, type Money } from './money.ts';
import { hundredthsMoneyText, moneyText } from './money-text.ts';

/** A line as Xero has it, or as it was sent there. Amounts are hundredths of a major unit. */
export type ComparedLine = { description: string; quantity: number; amount: bigint; tax: bigint };

/** What all kinds of documents in Xero have in common. Amounts are hundredths of a major unit. */
export type DocumentThere = {
  number: string;
  reference: string;
  status: string;
  contactId: string;
  contactName: string;
  currency: string;
  date: DateText | null;
  dueDate: DateText | null;
  subtotal: bigint;
  tax: bigint;
  total: bigint;
  lines: readonly ComparedLine[];
  /** Xero's stamp of its last change, to the second. */
  updatedAt?: string | null;
  /** What of it is not understood here; absent when all of it is. */
  unclear?: string;
};

/** A document as the platform has it, with what it must look like in Xero. What is null or absent is not compared. */
export type DocumentHere = {
  subject: DifferenceSubject;
  id: string;
  /** What people call it by. */
  number: string | null;
  /** The number that it must have there. */
  numberThere: string | null;
  status: string;
  /** It counts no more here: void, withdrawn. Then it must not stand there either. */
  isOff: boolean;
  /** What came in for it here. */
  paid?: Money | undefined;
  currency: string;
  subtotal?: Money | undefined;
  tax?: Money | undefined;
  total?: Money | undefined;
  date: DateText | null;
  /** Whether it may have been booked on a later day, because the period of its own was closed. */
  mayBeLater?: boolean | undefined;
  dueDate: DateText | null;
  partyName: string;
  /** Whether a contact is whoever it is for, or from. */
  isOurContact: (contactId: string) => boolean;
  lines: readonly ComparedLine[] | null;
};

/** Whether Xero counts it no more. */
export function isGoneThere({ status, unclear }: Pick<DocumentThere, 'status' | 'unclear'>): boolean {
  return unclear === undefined && (status === 'VOIDED' || status === 'DELETED');
}

/** What a difference says besides what it is about. */
export type Said = { kind: DriftKind; ours: string | null; theirs: string | null; cause: string; amount?: Money | null };

/** A difference of a document of ours with the one that it is in Xero. */
export function differenceOf(
  { subject, id: documentId, number }: Pick<DocumentHere, 'subject' | 'id' | 'number'>,
  outsideId: string,
  said: Said,
): Difference {
  return { amount: null, ...said, system: 'xero', subject, documentId, outsideId, number };
}

/** A document that was sent to Xero and isn't there any more. */
export function documentMissing(ours: Pick<DocumentHere, 'subject' | 'id' | 'number' | 'total'>, outsideId: string): Difference {
  const cause = 'It was sent to Xero and is not there any more';
  return differenceOf(ours, outsideId, {
    ...{ kind: 'missing', ours: ours.number ?? ours.id, theirs: null, cause, amount: ours.total ?? null },
  });
}

/** Every way in which a document of ours is another one in Xero; empty when both say the same. */
export function compareDocument(ours: DocumentHere, theirs: DocumentThere, outsideId: string): Difference[] {
  return saidOf(ours, theirs).map((said) => differenceOf(ours, outsideId, said));
}

function saidOf(ours: DocumentHere, theirs: DocumentThere): Said[] {
  if (theirs.unclear !== undefined) return [unclearDifference(ours, theirs.unclear)];
  const state = statusDifference(ours, theirs);
  // What is off on a side says nothing about its content any more.
  if (state || isGoneThere(theirs) || ours.isOff) return state ? [state] : [];
  return [
    ...moneyDifferences(ours, theirs),
    ...dateDifference(ours, theirs),
    ...contactDifference(ours, theirs),
    ...contentDifference(ours, theirs),
  ];
}

/** Nothing else is compared: what isn't understood in one place can't be trusted in another. */
function unclearDifference({ status }: DocumentHere, unclear: string): Said {
  const cause = `Xero says something of it that is not known here: ${unclear}`;
  return { kind: 'status', ours: status, theirs: unclear, cause };
}

function statusDifference(ours: DocumentHere, theirs: DocumentThere): Said | undefined {
  const gone = isGoneThere(theirs);
  if (gone === ours.isOff) return undefined;
  const money = (ours.paid?.amount ?? 0) > 0 ? ' although money came in for it here' : '';
  const cause = gone
    ? `It was ${theirs.status === 'DELETED' ? 'deleted' : 'voided'} in Xero${money}`
    : `It is ${ours.status} here and still stands in Xero`;
  return { kind: 'status', ours: ours.status, theirs: theirs.status, cause, amount: ours.total ?? null };
}

function moneyDifferences(ours: DocumentHere, theirs: DocumentThere): Said[] {
  if (ours.currency !== theirs.currency)
    return [{ kind: 'currency', ours: ours.currency, theirs: theirs.currency, cause: 'Its currency was changed in Xero' }];
  const [total, subtotal, tax] = [sums(ours, 'total', theirs), sums(ours, 'subtotal', theirs), sums(ours, 'tax', theirs)];
  if (tax && !subtotal) return [{ kind: 'tax', ...tax, cause: 'Its tax was changed in Xero' }];
  const wrong = total ?? subtotal;
  return wrong ? [{ kind: 'amount', ...wrong, cause: 'Its amount was changed in Xero' }] : [];
}

function sums(ours: DocumentHere, sum: 'subtotal' | 'tax' | 'total', theirs: DocumentThere) {
  const { currency, [sum]: money } = ours;
  const here = money && hundredthsOf(money);
  if (money === undefined || here === theirs[sum]) return undefined;
  return {
    ours: moneyText(money),
    theirs: hundredthsMoneyText(theirs[sum], currency),
    amount: here === undefined || !isCurrency(currency) ? null : fromHundredths(theirs[sum] - here, currency),
  };
}

const called: Partial<Record<DifferenceSubject, string>> = { 'credit-note': 'credit note' };

/** A due date may be taken over, the date of the document may not: one of the two is told, the graver one first. */
function dateDifference(ours: DocumentHere, theirs: DocumentThere): Said[] {
  const isMoved = theirs.date !== null && ours.date !== null && theirs.date !== ours.date;
  if (isMoved && !(ours.mayBeLater === true && (theirs.date ?? '') > (ours.date ?? ''))) {
    const cause = `The date of the ${called[ours.subject] ?? ours.subject} was changed in Xero`;
    return [{ kind: 'date', ours: `dated ${ours.date}`, theirs: `dated ${theirs.date}`, cause }];
  }
  if (theirs.dueDate === null || ours.dueDate === null || theirs.dueDate === ours.dueDate) return [];
  const [cause, words] =
    ours.subject === 'quote'
      ? ['The last day of the quote was changed in Xero', 'valid until']
      : ['The due date was changed in Xero', 'due'];
  return [{ kind: 'date', ours: `${words} ${ours.dueDate}`, theirs: `${words} ${theirs.dueDate}`, cause }];
}

function contactDifference(ours: DocumentHere, theirs: DocumentThere): Said[] {
  if (theirs.contactId === '' || ours.isOurContact(theirs.contactId)) return [];
  const cause = `It was moved to the contact ${theirs.contactName} in Xero`;
  return [{ kind: 'contact', ours: ours.partyName, theirs: theirs.contactName, cause }];
}

/** Its number and its lines. */
function contentDifference(ours: DocumentHere, theirs: DocumentThere): Said[] {
  if (ours.numberThere !== null && theirs.number !== ours.numberThere) {
    const cause = `Its number was changed to ${theirs.number || 'nothing'} in Xero`;
    return [{ kind: 'line', ours: ours.numberThere, theirs: theirs.number, cause }];
  }
  const { lines } = ours;
  if (lines === null || theirs.lines.length === 0) return [];
  if (lines.length !== theirs.lines.length) {
    const cause = theirs.lines.length > lines.length ? 'A line was added in Xero' : 'A line was removed in Xero';
    return [{ kind: 'line', ours: `${lines.length} lines`, theirs: `${theirs.lines.length} lines`, cause }];
  }
  const place = lines.findIndex((line, index) => !isSameLine(line, theirs.lines[index] as ComparedLine));
  const here = lines[place];
  const there = theirs.lines[place];
  if (!here || !there) return [];
  const cause = `Line ${place + 1} was edited in Xero`;
  return [{ kind: 'line', ours: lineText(here), theirs: lineText(there), cause }];
}

function isSameLine(one: ComparedLine, other: ComparedLine): boolean {
  return (
    plain(one.description) === plain(other.description) &&
    Math.round(one.quantity * 10_000) === Math.round(other.quantity * 10_000) &&
    one.amount === other.amount &&
    one.tax === other.tax
  );
}

/** Blanks and line ends don't survive every form in which Xero hands a text on. */
function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function lineText({ description, quantity, amount, tax }: ComparedLine): string {
  const shown = plain(description);
  const cut = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  return `${cut}: ${quantity}, ${hundredthsText(amount)} and tax ${hundredthsText(tax)}`;
}
