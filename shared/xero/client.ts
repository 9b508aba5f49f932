import type * as z from 'zod';
import { AccountingApi } from 'xero-node/dist/gen/api/accountingApi.js';
import { failureFrom, headersFrom, numberIn, XeroError } from './failure.ts';

/** What Xero's answers say is left of the organisation's limits. */
export interface LimitsSeen {
  readonly minuteLeft: number | undefined;
  readonly dayLeft: number | undefined;
}

export interface XeroAccess {
  /** E.g. `https://api.xero.com`, without trailing slash. */
  readonly apiUrl: string;
  readonly tenantId: string;
  readonly accessToken: string;
  /** How long a call may take; asked before each call, because a function's time runs out. */
  readonly timeoutMs: () => number;
  readonly onAnswer?: (limits: LimitsSeen) => void;
}

interface Answer {
  readonly response: { readonly headers: unknown };
  readonly body: unknown;
}

/** One organisation's books. Every call goes through `send`. */
export interface Xero {
  /** Makes one call and parses what it answers. Throws `XeroError`; an answer of another shape is a `bad-answer`. */
  send<T>(shape: z.ZodType<T>, call: (api: AccountingApi, tenantId: string) => Promise<unknown>): Promise<T>;
}

const answerBytesMax = 30_000_000;

/** Opens an organisation's books for one token. */
export const openXero = ({ apiUrl, tenantId, accessToken, timeoutMs, onAnswer }: XeroAccess): Xero => {
  const api = new AccountingApi(`${apiUrl}/api.xro/2.0`);
  api.accessToken = accessToken;
  // The SDK has no timeout and takes no request options, but shows each request to its authentications before it goes out.
  api.setDefaultAuthentication({
    applyToRequest: (request: object) => {
      Object.assign(request, {
        timeout: timeoutMs(),
        maxRedirects: 0,
        maxContentLength: answerBytesMax,
        maxBodyLength: Infinity,
      });
    },
  } as never);
  const note = (headers: unknown): void => {
    const known = (headers ?? {}) as Record<string, unknown>;
    onAnswer?.({ minuteLeft: numberIn(known, 'x-minlimit-remaining'), dayLeft: numberIn(known, 'x-daylimit-remaining') });
  };
  return {
    send: async (shape, call) => {
      let answer: Answer;
      try {
        answer = (await call(api, tenantId)) as Answer;
      } catch (rejected) {
        note(headersFrom(rejected));
        throw failureFrom(rejected);
      }
      note(answer.response.headers);
      const parsed = shape.safeParse(answer.body);
      // A maintenance page arrives as an empty object: without its list an answer is none.
      if (!parsed.success) throw new XeroError({ status: 200, code: 'bad-answer' });
      return parsed.data;
    },
  };
};
