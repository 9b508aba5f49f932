export type ErrorType = 'invalid_request_error' | 'api_error' | 'idempotency_error' | 'rate_limit_error' | 'card_error';

/**
 * An answer other than success, in the form Stripe gives it. `beforeExecution` marks what is refused before the call began to
 * run: such answers aren't kept under the idempotency key.
 */
export class StripeFailure extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly beforeExecution: boolean;

  constructor(failure: {
    status?: number;
    type?: ErrorType;
    code?: string;
    param?: string;
    message: string;
    beforeExecution?: boolean;
  }) {
    super(failure.message);
    this.name = 'StripeFailure';
    this.status = failure.status ?? 400;
    this.type = failure.type ?? 'invalid_request_error';
    this.code = failure.code;
    this.param = failure.param;
    this.beforeExecution = failure.beforeExecution ?? false;
  }

  /** The body of the answer. */
  body(): object {
    const { type, code, param, message } = this;
    const docs = code === undefined ? {} : { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` };
    return { error: { ...docs, message, ...(param === undefined ? {} : { param }), type } };
  }
}

/** No object of this kind and id in the account that is asked. 404 when the id stands in the path, 400 when it is a parameter. */
export const missing = (kind: string, id: string, param = 'id'): StripeFailure =>
  new StripeFailure({
    status: param === 'id' ? 404 : 400,
    code: 'resource_missing',
    param,
    message: `No such ${kind}: '${id}'`,
  });
