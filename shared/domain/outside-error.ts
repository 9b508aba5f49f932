/** The services outside that can fail us. */
export type OutsideService = 'stripe' | 'xero' | 'aws';

/**
 * An outside service failed or refused. Judged by `status` and `code`, never by the words of its message.
 * `status` is the HTTP status, 0 when no answer came. `retryAfterSeconds` is what the service asked for, if it did.
 */
export class OutsideError extends Error {
  readonly service: OutsideService;
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: {
    service: OutsideService;
    status: number;
    code: string;
    message?: string | undefined;
    retryAfterSeconds?: number | undefined;
    cause?: unknown;
  }) {
    super(failure.message ?? `${failure.service} answered ${failure.status} ${failure.code}`, { cause: failure.cause });
    this.name = 'OutsideError';
    this.service = failure.service;
    this.status = failure.status;
    this.code = failure.code;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}
