import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An error that an AWS service answers by name, e.g. `ResourceNotFoundException`. */
export class ServiceError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** One operation: JSON in, JSON out; throws `ServiceError`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are whatever the SDK client serialised
export type Operation = (input: any) => unknown;

/** What the endpoint answers. */
export type AwsServices = {
  /** By the service's target prefix (`secretsmanager`), then by operation. */
  targets: Record<string, Record<string, Operation>>;
  /** REST services: `METHOD /path` exactly. */
  paths: Record<string, Operation>;
};

/** The running endpoint. */
export type AwsEndpoint = { url: string; close(): Promise<void> };

/**
 * One address that speaks the JSON protocols of several AWS services to the unmodified SDK clients. What it doesn't
 * know it answers with 501 and reports, so that nothing is silently left undone.
 */
export const startAwsEndpoint = async (services: AwsServices, log: (line: string) => void): Promise<AwsEndpoint> => {
  const server = createServer((request, response) => {
    void answer(services, request, log).then(({ status, body, error }) => send(response, status, body, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

type Answer = { status: number; body: unknown; error?: string };

const answer = async (services: AwsServices, request: IncomingMessage, log: (line: string) => void): Promise<Answer> => {
  const target = request.headers['x-amz-target'];
  const path = `${request.method} ${(request.url ?? '/').split('?')[0]}`;
  try {
    const input = await readJson(request);
    const [service = '', name = ''] = typeof target === 'string' ? target.split('.') : [];
    const operation = typeof target === 'string' ? services.targets[service]?.[name] : services.paths[path];
    if (operation === undefined) {
      const wanted = target ?? path;
      log(`The local host has no ${String(wanted)}: answered 501`);
      return failure(new ServiceError('NotImplementedException', `The local host has no ${String(wanted)}`, 501));
    }
    return { status: 200, body: (await operation(input)) ?? {} };
  } catch (error) {
    if (error instanceof ServiceError) return failure(error);
    log(`${String(target ?? path)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return failure(new ServiceError('InternalServiceError', 'The local host failed', 500));
  }
};

const failure = ({ name, message, status }: ServiceError): Answer => ({
  status,
  body: { __type: name, message, Message: message },
  error: name,
});

const send = (response: ServerResponse, status: number, body: unknown, error?: string): void => {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    ...(error === undefined ? {} : { 'x-amzn-errortype': error }),
  });
  response.end(JSON.stringify(body));
};

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON');
  }
};
