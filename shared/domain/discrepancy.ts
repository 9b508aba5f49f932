import { negate, type Money } from './money.ts';
import { moneyText } from './money-text.ts';
import { refuse } from './refusal.ts';

/** What is different between the platform and the outside. `extra` is only what carries our reference or our number series. */
export const driftKinds = [
  'missing',
  'extra',
  'duplicate',
  'amount',
  'tax',
  'date',
  'status',
  'contact',
  'currency',
  'payment',
  'allocation',
  'line',
] as const;
export type DriftKind = (typeof driftKinds)[number];

/** What a difference can be about: a document of ours, or one of theirs. */
export const differenceSubjects = ['invoice', 'payment', 'contact', 'bill', 'expense', 'credit-note', 'quote'] as const;
export type DifferenceSubject = (typeof differenceSubjects)[number];

/** A way out. Which of them are safe depends on what is different; `ignore` always is, with a reason. */
export const wayOutNames = ['push-again', 'take-over', 'record-refund', 'credit', 'link', 'ignore'] as const;
export type WayOut = (typeof wayOutNames)[number];

/** One thing that a way out will do, told before it is done. */
export type PlannedStep = { where: 'here' | 'xero' | 'stripe'; what: string };

/** One difference, with both sides as text for people. */
export type Difference = {
  kind: DriftKind;
  system: 'xero' | 'stripe';
  subject: DifferenceSubject;
  /** Our document, null for an extra. */
  documentId: string | null;
  /** Theirs, null for something that is missing there. */
  outsideId: string | null;
  number: string | null;
  ours: string | null;
  theirs: string | null;
  /** The sum in question, where there is one. */
  amount: Money | null;
  /** Why the two differ, as far as can be told, in a sentence. */
  cause: string;
};

/**
 * What makes two reports the same discrepancy: the same thing, different in the same way. Another value on the same field is the
 * same discrepancy again, with its facts renewed.
 */
export function identityOf({ system, subject, kind, documentId, outsideId }: Difference): string {
  return [system, subject, kind, documentId ?? '', documentId === null || kind === 'duplicate' ? (outsideId ?? '') : ''].join(
    '/',
  );
}

/** The states of documents in Xero, as far as they are known here. */
const knownStates: ReadonlySet<string> = new Set([
  ...['DRAFT', 'SUBMITTED', 'AUTHORISED', 'PAID', 'VOIDED', 'DELETED'],
  ...['SENT', 'ACCEPTED', 'DECLINED', 'INVOICED'],
]);
const goneStates: ReadonlySet<string> = new Set(['VOIDED', 'DELETED']);
const offHere: ReadonlySet<string> = new Set(['void', 'withdrawn', 'superseded']);

/** The safe ways out of a difference, the first one proposed. `creditable`: its invoice can take a credit note about exactly it. */
export function waysOut(difference: Difference, { creditable = false } = {}): readonly WayOut[] {
  const { kind, system, subject, documentId, ours, theirs } = difference;
  // What Stripe says was taken over before anything is told: what is left has to be looked into.
  if (system === 'stripe') return ['ignore'];
  switch (kind) {
    case 'missing':
      if (subject === 'payment') return ['push-again', 'record-refund', 'ignore'];
      return subject === 'contact' ? ['link', 'ignore'] : ['push-again', 'link', 'ignore'];
    case 'payment':
      if (subject === 'credit-note') return [theirs === 'nothing' ? 'push-again' : 'take-over', 'ignore'];
      if (subject !== 'payment') return ['ignore'];
      return documentId === null ? ['take-over', 'ignore'] : ['push-again', 'record-refund', 'ignore'];
    case 'contact':
      return subject === 'contact' ? ['link', 'ignore'] : ['ignore'];
    case 'date':
      // The last day for paying may be moved there; the day of a document or of a payment may not.
      return subject === 'invoice' && (theirs ?? '').startsWith('due ') ? ['take-over', 'ignore'] : ['ignore'];
    case 'status':
      return statusWays(difference);
    case 'allocation':
      // A credit note of ours is set against its invoice again; what others have set there is theirs to decide.
      return subject === 'invoice' && ours !== 'nothing' ? ['push-again', 'ignore'] : ['ignore'];
    case 'amount':
      return creditable ? ['credit', 'ignore'] : ['ignore'];
    case 'extra':
    case 'duplicate':
    case 'tax':
    case 'currency':
    case 'line':
      // Issued content never changes here, and what an accountant wrote there is never overwritten: somebody decides, on either side.
      return ['ignore'];
  }
}

function statusWays({ subject, ours, theirs }: Difference): readonly WayOut[] {
  // A state that nobody knows here is looked at by a person.
  if (!knownStates.has(theirs ?? '')) return ['ignore'];
  // What was credited of an invoice that somebody voided there is theirs to void, too.
  if (offHere.has(ours ?? '')) return subject === 'credit-note' ? ['ignore'] : ['push-again', 'ignore'];
  if (subject === 'invoice') return ['take-over', 'ignore'];
  // An answer that somebody gave is not taken back by a program, on either side; nor is what somebody deleted made again.
  if (subject === 'quote') return ['ignore'];
  // The number of a credit note that is void stays taken there: only another document can be it.
  if (subject === 'credit-note') return ['link', 'ignore'];
  return goneStates.has(theirs ?? '') ? ['push-again', 'link', 'ignore'] : ['ignore'];
}

/** Refuses (`forbidden`) a way that is none of the safe ones. */
export function requireWay(difference: Difference, way: WayOut, can: { creditable?: boolean } = {}): void {
  const ways = waysOut(difference, can);
  if (!ways.includes(way)) refuse('forbidden', `This difference has no safe way out called ${way}`, { ways });
}

/** What a way out will do, step by step, shown before anything is done. */
export function stepsOf({ kind, subject, number, documentId, ours, theirs, amount }: Difference, way: WayOut): PlannedStep[] {
  const named = `the ${subject.replace('-', ' ')} ${number ?? documentId ?? ''}`.trim();
  switch (way) {
    case 'push-again':
      if (kind === 'payment' && subject === 'credit-note')
        return [{ where: 'xero', what: `Book the refund of ${ours ?? 'it'} of ${named} again` }];
      if (kind === 'allocation') return [{ where: 'xero', what: `Set ${ours ?? 'the credit note'} against ${named} again` }];
      if (kind === 'status' && offHere.has(ours ?? ''))
        return [{ where: 'xero', what: `${ours === 'void' ? 'Void' : 'Delete'} ${named} in Xero, as it is ${ours} here` }];
      return [
        { where: 'xero', what: `Look whether ${named} is there by now` },
        { where: 'xero', what: `Send ${named} once more if it is not` },
      ];
    case 'take-over':
      if (subject === 'credit-note')
        return [
          { where: 'xero', what: `Read ${named} once more` },
          {
            where: 'here',
            what: `Record that ${theirs ?? 'it'} went back, of payments in Xero that did not come by card; nothing is sent`,
          },
        ];
      return [
        { where: 'xero', what: `Read ${named} once more` },
        { where: 'here', what: `Take over what Xero says about it; what is due, and who is told, follows` },
      ];
    case 'record-refund':
      return [
        { where: 'here', what: `Record that ${named}${ours === null ? '' : ` over ${ours}`} was given back` },
        { where: 'here', what: 'What is due on its invoice grows by it' },
      ];
    case 'link':
      if (subject === 'contact')
        return [{ where: 'here', what: 'The client is this contact in Xero from now on; nothing is sent' }];
      return [
        { where: 'xero', what: 'Look whether the document that was named is there and belongs to this one' },
        { where: 'here', what: `Note that it is ${named}; nothing is sent` },
      ];
    case 'credit':
      return [
        { where: 'here', what: `Issue a credit note over ${amount ? wordsOf(negate(amount)) : 'the difference'} for ${named}` },
        {
          where: 'here',
          what: 'What is due on it falls by that; Xero never hears of the credit note, as it is lower there already',
        },
      ];
    case 'ignore':
      return [{ where: 'here', what: 'Leave both sides as they are and ask no more, unless it changes' }];
  }
}

const wordsOf = (money: Money): string => moneyText(money);
