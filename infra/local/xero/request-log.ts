/** Every call the sandbox got, for tests to count and read. Credentials are never kept. */
import type { HttpCall } from './http-call.ts';

export interface LoggedRequest {
  at: string;
  tenantId: string | null;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
  /** 0 while unanswered, and for answers that were cut off. */
  status: number;
  /** The fault that hit the call, if one did. */
  fault?: string;
}

export interface RequestLog {
  /** Notes a call; the caller fills in the status later. */
  add(at: number, call: HttpCall): LoggedRequest;
  items(): readonly LoggedRequest[];
  clear(): void;
}

/** Older entries make way, so that a long run doesn't eat the memory. */
const most = 50_000;
const hidden = '[redacted]';
const secretHeaders = new Set(['authorization', 'cookie']);
const secretFields = new Set(['token', 'refresh_token', 'access_token', 'code', 'client_secret', 'code_verifier', 'assertion']);

const bodyOf = ({ headers, raw, form }: HttpCall): unknown => {
  if (raw.length === 0) return null;
  if (headers['content-type']?.includes('application/x-www-form-urlencoded'))
    return Object.fromEntries([...form].map(([name, value]) => [name, secretFields.has(name) ? hidden : value]));
  const text = raw.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return headers['content-type']?.startsWith('text/') || headers['content-type']?.includes('json')
      ? text
      : { bytes: raw.length };
  }
};

export const createRequestLog = (): RequestLog => {
  let items: LoggedRequest[] = [];
  return {
    add: (at, call) => {
      const entry: LoggedRequest = {
        at: new Date(at).toISOString(),
        tenantId: call.headers['xero-tenant-id'] ?? null,
        method: call.method,
        path: call.path,
        query: Object.fromEntries([...call.query].map(([name, value]) => [name, secretFields.has(name) ? hidden : value])),
        headers: Object.fromEntries(
          Object.entries(call.headers).map(([name, value]) => [name, secretHeaders.has(name) ? hidden : value]),
        ),
        body: bodyOf(call),
        status: 0,
      };
      if (items.length >= most) items = items.slice(most / 10);
      items.push(entry);
      return entry;
    },
    items: () => items,
    clear: () => void (items = []),
  };
};
