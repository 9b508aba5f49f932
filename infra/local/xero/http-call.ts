/** A request as the parts of the sandbox see it. */

/** One HTTP request, read to the end. */
export interface HttpCall {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Path with query, as sent. */
  target: string;
  headers: Readonly<Record<string, string>>;
  raw: Buffer;
  form: URLSearchParams;
}
