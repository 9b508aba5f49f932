/** An answer ready to be written; header names lower-cased. */
export type HttpAnswer = { status: number; headers: Record<string, string>; cookies: string[]; body: Buffer };

/** An answer that the gateway gives itself. */
export const gatewayAnswer = (status: number, message: string, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});

/**
 * Reads a function's answer (JSON) by the rules of payload format 2.0: with a `statusCode` it is an answer in full,
 * without one it is the JSON body of a 200. An answer that can't be written is a 500.
 */
export const readFunctionAnswer = (payload: string): HttpAnswer => {
  const value = JSON.parse(payload) as unknown;
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = value as Record<string, unknown>;
  const status = Number(statusCode);
  const bodyFits = body === undefined || body === null || typeof body === 'string';
  if (!Number.isInteger(status) || status < 200 || status > 599 || !bodyFits) {
    return gatewayAnswer(500, 'Internal Server Error');
  }
  const named = Object.entries((headers ?? {}) as Record<string, unknown>);
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named.map(([name, header]) => [name.toLowerCase(), String(header)])),
    },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from((body ?? '') as string, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
