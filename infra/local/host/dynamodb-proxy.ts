import { Agent, createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One round trip to DynamoDB as the wire saw it. Sizes in bytes of JSON, input and output as parsed. */
export type DynamoDbCall = {
  operation: string;
  requestBytes: number;
  responseBytes: number;
  status: number;
  input: Record<string, unknown>;
  output: Record<string, unknown>;
};

/**
 * What happens to a call instead of the plain round trip: a transaction that lost to another one, a throttled request,
 * or a commit whose answer never arrives.
 */
export type DynamoDbFault = 'transaction-conflict' | 'throttled' | 'commit-then-drop';

/** A proxy in front of the engine that counts and, on request, misbehaves. */
export type DynamoDbProxy = {
  url: string;
  /** Calls so far by operation, with items read or written and bytes. */
  counters(): Record<string, { calls: number; items: number; requestBytes: number; responseBytes: number }>;
  reset(): void;
  /** Called after each round trip; answers the function that ends it. */
  onCall(listener: (call: DynamoDbCall) => void): () => void;
  /** The next `times` matching calls meet this fault. Without `operation` any call that can meet it does. */
  inject(fault: DynamoDbFault, options?: { operation?: string; times?: number }): void;
  /** Decides for each call, e.g. by a seeded random; undefined = no fault. Replaces what was decided before. */
  decide(decision: ((operation: string) => DynamoDbFault | undefined) | undefined): void;
  clearFaults(): void;
  close(): Promise<void>;
};

type Injection = { fault: DynamoDbFault; operation: string | undefined; left: number };

/** Starts the proxy in front of the engine at `engineUrl`, on a free port of loopback. */
export const startDynamoDbProxy = async (engineUrl: string): Promise<DynamoDbProxy> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const totals = new Map<string, { calls: number; items: number; requestBytes: number; responseBytes: number }>();
  const listeners = new Set<(call: DynamoDbCall) => void>();
  let injections: Injection[] = [];
  let decision: ((operation: string) => DynamoDbFault | undefined) | undefined;

  const faultFor = (operation: string): DynamoDbFault | undefined => {
    const injection = injections.find(
      ({ fault, operation: wanted, left }) => left > 0 && (wanted ?? operation) === operation && canMeet(fault, operation),
    );
    if (injection === undefined) return decision?.(operation);
    injection.left -= 1;
    return injection.fault;
  };

  const count = (call: DynamoDbCall): void => {
    const total = totals.get(call.operation) ?? { calls: 0, items: 0, requestBytes: 0, responseBytes: 0 };
    total.calls += 1;
    total.items += itemsOf(call);
    total.requestBytes += call.requestBytes;
    total.responseBytes += call.responseBytes;
    totals.set(call.operation, total);
    for (const listener of listeners) listener(call);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(request);
    const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const fault = faultFor(operation);
    const refusal = fault === undefined ? undefined : refusalOf(fault, body);
    const answer =
      refusal ?? (await forward(engineUrl, agent, { ...request.headers, 'content-length': String(body.length) }, body));
    count({
      operation,
      requestBytes: body.length,
      responseBytes: answer.body.length,
      status: answer.status,
      input: parse(body),
      output: parse(answer.body),
    });
    if (fault === 'commit-then-drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counters: () => Object.fromEntries([...totals].map(([operation, total]) => [operation, { ...total }])),
    reset: () => totals.clear(),
    onCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    inject: (fault, { operation, times = 1 } = {}) => void injections.push({ fault, operation, left: times }),
    decide: (next) => void (decision = next),
    clearFaults: () => {
      injections = [];
      decision = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

type Answer = { status: number; headers: Record<string, string>; body: Buffer };

const canMeet = (fault: DynamoDbFault, operation: string): boolean =>
  fault === 'transaction-conflict' ? operation === 'TransactWriteItems' : !/Table/.test(operation);

const refusalOf = (fault: DynamoDbFault, body: Buffer): Answer | undefined => {
  if (fault === 'commit-then-drop') return undefined;
  if (fault === 'throttled') {
    return refusal({
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded.',
    });
  }
  const actions = (parse(body)['TransactItems'] as unknown[] | undefined) ?? [];
  // One action lost to another transaction; the others had no complaint.
  const reasons = actions.map((_action, index) =>
    index === 0 ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' } : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return refusal({
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
};

const refusal = (content: object): Answer => {
  const body = Buffer.from(JSON.stringify(content));
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.0', 'content-length': String(body.length) }, body };
};

const forward = (engineUrl: string, agent: Agent, headers: IncomingMessage['headers'], body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = send(engineUrl, { method: 'POST', agent, headers }, (incoming) => {
      readAll(incoming).then((content) => {
        // The checksum and the type matter to the SDK; the length is what arrived.
        const kept = Object.entries(incoming.headers).filter(([name]) => /^(content-type|x-amz)/.test(name));
        const passed = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
        const length = { 'content-length': String(content.length) };
        resolve({ status: incoming.statusCode ?? 500, headers: { ...passed, ...length }, body: content });
      }, reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });

const readAll = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const parse = (body: Buffer): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Items that a call read or wrote. */
const itemsOf = ({ input, output }: DynamoDbCall): number => {
  const lists = (value: unknown): number =>
    Object.values((value ?? {}) as Record<string, unknown>).reduce<number>(
      (sum, list) => sum + (Array.isArray(list) ? list.length : 0),
      0,
    );
  if (Array.isArray(input['TransactItems'])) return input['TransactItems'].length;
  if (output['Responses'] !== undefined) return lists(output['Responses']);
  if (input['RequestItems'] !== undefined) return lists(input['RequestItems']);
  if (Array.isArray(output['Items'])) return output['Items'].length;
  return input['Key'] !== undefined || input['Item'] !== undefined ? 1 : 0;
};
