/**
 * Every way in which a rule can say no. The words are stable: the API shows them as `code`, the console and other clients
 * decide by them. Which HTTP status belongs to which code is not known here.
 */
export type RefusalCode =
  | 'validation'
  | 'not-found'
  | 'forbidden'
  | 'timer-running'
  | 'no-timer'
  | 'entry-billed'
  | 'entry-too-long'
  | 'entry-not-billable'
  | 'no-rate'
  | 'preview-changed'
  | 'nothing-to-bill'
  | 'currency-mismatch'
  | 'invoice-not-draft'
  | 'invoice-not-issued'
  | 'invoice-has-payments'
  | 'invoice-void'
  | 'amount-exceeds-due'
  | 'stale'
  | 'precondition-required'
  | 'idempotency-key-required'
  | 'idempotency-key-reused'
  | 'in-progress'
  | 'busy'
  | 'plan-required'
  | 'xero-not-connected'
  | 'xero-state-invalid'
  | 'xero-organisation-taken'
  | 'xero-different-organisation'
  | 'xero-mapping-invalid'
  | 'stripe-not-connected'
  | 'stripe-not-ready'
  | 'duplicate'
  | 'locked-period'
  | 'contact-missing'
  | 'in-use'
  | 'too-many-entries'
  | 'quota-used-up'
  | 'mail-off'
  | 'quote-not-draft'
  | 'quote-not-sent'
  | 'quote-expired'
  | 'quote-accepted'
  | 'quote-declined'
  | 'quote-withdrawn'
  | 'quote-superseded'
  | 'quote-terms-changed'
  | 'job-funded'
  | 'job-not-fixed'
  | 'escrow-not-funded'
  | 'already-settled'
  | 'credit-exceeds-invoice'
  | 'refund-exceeds-payment'
  | 'approved-in-xero'
  | 'bill-not-open'
  | 'write-off-exceeds-bill'
  | 'expense-billed'
  | 'expense-in-xero'
  | 'tax-rates-overlap';

/** One thing that is wrong with an input. `path` is the field in dotted form, e.g. `lines.0.quantity`. */
export type FieldError = { path: string; message: string };

/**
 * A rule said no. Never retried: the same question gets the same answer. `facts` carry what the caller needs in order to act
 * (the running timer, the invoice that holds an entry); for the code `validation` they are `{ errors: FieldError[] }`.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly facts: Record<string, unknown>;

  constructor(code: RefusalCode, detail: string, facts: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
}

/** Throws a `Refusal`. `detail` is a sentence for a person; it names no secret and no other workspace's data. */
export function refuse(code: RefusalCode, detail: string, facts: Record<string, unknown> = {}): never {
  throw new Refusal(code, detail, facts);
}

/** Throws a `Refusal` with the code `validation` that names every wrong field; without a path it is the body as a whole. */
export function refuseFields(...errors: FieldError[]): never {
  const said = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  throw new Refusal('validation', said.join('; '), { errors });
}
