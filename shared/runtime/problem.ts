import { AnsweredAlready, Busy, Conflict } from '../domain/conflict.ts';
import { OutsideError } from '../domain/outside-error.ts';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';

/** The one table that gives refusals their HTTP status. */
const statusOf: Record<RefusalCode, number> = {
  validation: 400,
  'not-found': 404,
  forbidden: 403,
  'timer-running': 409,
  'no-timer': 404,
  'entry-billed': 409,
  'entry-too-long': 422,
  'entry-not-billable': 409,
  'no-rate': 409,
  'preview-changed': 409,
  'nothing-to-bill': 409,
  'currency-mismatch': 422,
  'invoice-not-draft': 409,
  'invoice-not-issued': 409,
  'invoice-has-payments': 409,
  'invoice-void': 409,
  'amount-exceeds-due': 409,
  stale: 412,
  'precondition-required': 428,
  'idempotency-key-required': 400,
  'idempotency-key-reused': 422,
  'in-progress': 409,
  busy: 503,
  'plan-required': 403,
  'xero-not-connected': 409,
  'xero-state-invalid': 400,
  'xero-organisation-taken': 409,
  'xero-different-organisation': 409,
  'xero-mapping-invalid': 422,
  'stripe-not-connected': 409,
  'stripe-not-ready': 409,
  duplicate: 409,
  'locked-period': 422,
  'contact-missing': 409,
  'in-use': 409,
  'too-many-entries': 422,
  'quota-used-up': 429,
  'mail-off': 409,
  'quote-not-draft': 409,
  'quote-not-sent': 409,
  'quote-expired': 409,
  'quote-accepted': 409,
  'quote-declined': 409,
  'quote-withdrawn': 409,
  'quote-superseded': 409,
  'quote-terms-changed': 409,
  'job-funded': 409,
  'job-not-fixed': 409,
  'escrow-not-funded': 409,
  'already-settled': 409,
  'credit-exceeds-invoice': 409,
  'refund-exceeds-payment': 409,
  'approved-in-xero': 409,
  'bill-not-open': 409,
  'write-off-exceeds-bill': 409,
  'expense-billed': 409,
  'expense-in-xero': 409,
  'tax-rates-overlap': 409,
};

const titles: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in the present state',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Not JSON',
  422: 'Cannot be done as asked',
  428: 'If-Match is required',
  429: 'Too many',
  500: 'Something went wrong here',
  502: 'A service outside did not answer as it should',
  503: 'Busy',
};

/** RFC 9457 problem details. Extra members are the facts of a refusal; none of them takes the place of a member that the RFC names. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly body: Record<string, unknown>;
  readonly retryAfterSeconds?: number;
}

export const problem = (status: number, code: string, detail?: string, facts: Record<string, unknown> = {}): Problem => {
  const named = { type: `urn:problem:${code}`, title: titles[status] ?? 'Not possible', status, code, detail };
  return { status, code, body: { ...named, ...facts, ...named } };
};

/** What a failure looks like from outside. Undefined for a bug: that is logged and becomes a plain 500. */
export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Refusal) {
    const { retryAfterSeconds } = error.facts;
    const found = problem(statusOf[error.code], error.code, error.message, error.facts);
    return typeof retryAfterSeconds === 'number' ? { ...found, retryAfterSeconds } : found;
  }
  if (error instanceof AnsweredAlready)
    return { ...problem(409, 'in-progress', 'The first request with this key is still running'), retryAfterSeconds: 1 };
  if (error instanceof Conflict) return problem(409, 'changed-meanwhile', error.message);
  if (error instanceof Busy) return { ...problem(503, 'busy', 'Many are writing here at once; try again'), retryAfterSeconds: 1 };
  if (error instanceof OutsideError) {
    const retry = error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds };
    if (error.status === 429) {
      const later = problem(503, 'busy', `${error.service} takes no more calls at present; nothing was changed`);
      return { ...later, retryAfterSeconds: error.retryAfterSeconds ?? 60 };
    }
    return {
      ...problem(
        error.service === 'aws' ? 503 : 502,
        'outside-unavailable',
        `${error.service} could not be reached or refused; nothing was changed`,
      ),
      ...retry,
    };
  }
  return undefined;
};
