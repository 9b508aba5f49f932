import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { preflightAnswer, withCors } from './cors.ts';
import type { CorsConfiguration } from './cors.ts';
import { httpEvent } from './http-event.ts';
import type { JwtAuthorization } from './http-event.ts';
import { gatewayAnswer, readFunctionAnswer } from './http-response.ts';
import type { HttpAnswer } from './http-response.ts';
import { createRouter } from './http-routes.ts';
import type { RouteMatch } from './http-routes.ts';
import { authorize } from './jwt-authorizer.ts';
import type { AuthorizerDefinition } from './jwt-authorizer.ts';
import type { FunctionPool } from './lambda-environments.ts';
import type { TokenIssuer } from './sign-in.ts';

/** Where a route leads. Timeout in milliseconds, at most the gateway's 30 s. */
export type RouteTarget = {
  pool: FunctionPool;
  timeoutMs: number;
  authorizer: AuthorizerDefinition | undefined;
  scopes: string[];
};

/** The HTTP API of the template. */
export type HttpApiDefinition = {
  id: string;
  accountId: string;
  cors: CorsConfiguration | undefined;
  routes: { routeKey: string; target: RouteTarget }[];
  issuer: TokenIssuer;
  now: () => number;
};

/** The gateway's server: listens from the start, answers 503 until it has an API to serve. */
export type HttpApi = {
  url: string;
  port: number;
  serve(definition: HttpApiDefinition): void;
  close(): Promise<void>;
};

// The gateway's own limits.
const bodyBytesMax = 10 * 1024 * 1024;
/** Longest time that the gateway waits for a function. */
export const integrationTimeoutMs = 30_000;

/** Starts listening on loopback. Rejects when the port is taken. */
export const startHttpApi = async (port: number): Promise<HttpApi> => {
  let handle = (_request: IncomingMessage): Promise<HttpAnswer> =>
    Promise.resolve(gatewayAnswer(503, 'Service Unavailable', { 'retry-after': '1' }));
  const server = createServer((request, response) => {
    handle(request)
      .catch(() => gatewayAnswer(500, 'Internal Server Error'))
      .then((answer) => write(response, request, answer))
      .catch(() => response.destroy());
  });
  await listen(server, port);
  const actual = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    serve: (definition) => {
      const route = createRouter(definition.routes);
      handle = (request) => answerRequest(definition, route, actual, request);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 300).unref();
      }),
  };
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

const answerRequest = async (
  definition: HttpApiDefinition,
  route: (method: string, path: string) => RouteMatch<RouteTarget> | undefined,
  port: number,
  request: IncomingMessage,
): Promise<HttpAnswer> => {
  const preflight = preflightAnswer(definition.cors, request);
  if (preflight !== undefined) return preflight;
  const answer = await routeRequest(definition, route, port, request);
  return withCors(definition.cors, request.headers.origin, answer);
};

const routeRequest = async (
  definition: HttpApiDefinition,
  route: (method: string, path: string) => RouteMatch<RouteTarget> | undefined,
  port: number,
  request: IncomingMessage,
): Promise<HttpAnswer> => {
  const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
  const path = decoded(rawPath);
  if (path === undefined) return gatewayAnswer(400, 'Bad Request');
  const match = route(request.method ?? 'GET', path);
  if (match === undefined) return gatewayAnswer(404, 'Not Found');
  const { target, routeKey } = match.route;
  let authorization: JwtAuthorization | undefined;
  if (target.authorizer !== undefined) {
    const verdict = await authorize(target.authorizer, target.scopes, identityOf(request), definition.issuer);
    if (!verdict.ok) return gatewayAnswer(verdict.status, verdict.message, { 'www-authenticate': 'Bearer' });
    authorization = verdict.authorization;
  }
  const body = await readBody(request);
  if (body === undefined) return gatewayAnswer(413, 'Request Entity Too Large');
  const event = httpEvent({
    request,
    path,
    rawQueryString: query.join('?'),
    body,
    routeKey,
    parameters: match.parameters,
    authorization,
    api: { id: definition.id, accountId: definition.accountId, port },
    now: definition.now(),
    requestId: randomUUID(),
  });
  return invoke(target, event);
};

const invoke = async ({ pool, timeoutMs }: RouteTarget, event: unknown): Promise<HttpAnswer> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  const result = await Promise.race([pool.invoke(event), tooLate]);
  clearTimeout(timer);
  if (!result) return gatewayAnswer(503, 'Service Unavailable');
  if (result.ok) return readFunctionAnswer(result.payload);
  if (result.errorType === 'RequestTooLargeException') return gatewayAnswer(413, 'Request Entity Too Large');
  return gatewayAnswer(result.errorType === 'ServiceException' ? 503 : 500, 'Internal Server Error');
};

const identityOf =
  (request: IncomingMessage) =>
  (source: string): string | undefined => {
    const [, kind, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
    if (kind === 'header') {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    }
    return new URLSearchParams((request.url ?? '').split('?')[1]).get(name) ?? undefined;
  };

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/** The whole body, or undefined when it exceeds the limit; the rest is read to its end, so that the answer arrives. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length <= bodyBytesMax) chunks.push(chunk as Buffer);
  }
  return length <= bodyBytesMax ? Buffer.concat(chunks) : undefined;
};

const write = (response: ServerResponse, request: IncomingMessage, answer: HttpAnswer): void => {
  const bodyless = request.method === 'HEAD' || answer.status === 204 || answer.status === 304;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(bodyless ? {} : { 'content-length': String(answer.body.length) }),
    ...(answer.cookies.length > 0 ? { 'set-cookie': answer.cookies } : {}),
    'apigw-requestid': randomUUID(),
  });
  // What was not read must not wait in the socket for the next request.
  if (!request.complete) response.shouldKeepAlive = false;
  response.end(bodyless ? undefined : answer.body);
};
