import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands in an answer of the sandbox; a lie changes it in place, or returns what goes out instead. */
export type Lie = (answer: Record<string, Record<string, unknown>[]>) => string | { status: number; text: string } | void;

export interface LyingXero {
  readonly url: string;
  /** Changes the answers to calls of one method on one kind of document, until told otherwise. */
  lie(method: string, kind: string, how: Lie): void;
  /** Tells the truth again. */
  stop(): void;
  close(): Promise<void>;
}

/** Stands between the product and a sandbox and says other things than the sandbox does. */
export const startLyingXero = async (truth: string): Promise<LyingXero> => {
  let lie: { method: string; kind: string; how: Lie } | undefined;
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { host: _host, connection: _connection, 'transfer-encoding': _coding, ...headers } = request.headers;
    const method = request.method ?? 'GET';
    const body = Buffer.concat(chunks);
    const withBody = body.length > 0 && method !== 'GET';
    const { 'content-length': _length, ...rest } = headers;
    const answer = await fetch(`${truth}${request.url ?? '/'}`, {
      method,
      headers: rest as Record<string, string>,
      ...(withBody ? { body } : {}),
    });
    const text = await answer.text();
    const path = new URL(request.url ?? '/', truth).pathname;
    const lied = lie && lie.method === method && path.includes(`/api.xro/2.0/${lie.kind}`) ? told(lie.how, text) : { text };
    const passed = Object.fromEntries([...answer.headers].filter(([name]) => /^(x-|retry-after|content-type)/.test(name)));
    const status = lied.status ?? answer.status;
    response.writeHead(status, passed).end(status === 304 ? undefined : lied.text);
  };
  const told = (how: Lie, text: string): { status?: number; text: string } => {
    const answer = JSON.parse(text) as Record<string, Record<string, unknown>[]>;
    const lied = how(answer) ?? JSON.stringify(answer);
    return typeof lied === 'string' ? { text: lied } : lied;
  };
  const server = createServer((request, response) => {
    forward(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: (method, kind, how) => void (lie = { method, kind, how }),
    stop: () => void (lie = undefined),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
