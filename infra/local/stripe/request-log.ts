/** One API call as it was seen. `status` is null when no answer was given. */
export interface LoggedRequest {
  at: string;
  tenantId: string | null;
  method: string;
  path: string;
  query: object;
  headers: Record<string, string>;
  body: object;
  status: number | null;
}

const keptMax = 20_000;
const secretHeaders = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** The calls since the start, oldest first; held in memory only. */
export class RequestLog {
  readonly items: LoggedRequest[] = [];

  note(entry: LoggedRequest): LoggedRequest {
    if (this.items.length === keptMax) this.items.shift();
    this.items.push(entry);
    return entry;
  }
}

/** Headers of a call without the values that give access. */
export function shownHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !secretHeaders.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
