/** Reading requests whole and writing replies. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Reply } from './api-call.ts';
import type { HttpCall } from './http-call.ts';
import { toXml } from './xml.ts';

/** The sandbox reads no more than this; real limits are checked where they apply. */
const mostBytes = 32 * 1024 * 1024;

export const readCall = async (request: IncomingMessage): Promise<HttpCall> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  const isForm = headers['content-type']?.includes('application/x-www-form-urlencoded') ?? false;
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    target: url.pathname + url.search,
    headers,
    raw,
    form: new URLSearchParams(isForm ? raw.toString('utf8') : ''),
  };
};

/** What a reply comes to on the wire. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export const render = (
  reply: Reply,
  { asXml = false, headers = {} }: { asXml?: boolean; headers?: Record<string, string> } = {},
): Rendered => {
  const type =
    reply.json === undefined ? {} : { 'content-type': asXml ? 'text/xml; charset=utf-8' : 'application/json; charset=utf-8' };
  const text = reply.json === undefined ? (reply.body ?? '') : asXml ? toXml('Response', reply.json) : JSON.stringify(reply.json);
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  return { status: reply.status, headers: { ...type, ...headers, 'xero-correlation-id': randomUUID(), ...reply.headers }, body };
};

export const send = (response: ServerResponse, { status, headers, body }: Rendered): void => {
  const bare = status === 204 || status === 304;
  response.writeHead(status, bare ? headers : { ...headers, 'content-length': body.length });
  response.end(bare ? undefined : body);
};
