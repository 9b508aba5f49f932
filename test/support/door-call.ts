import type { Caller } from '../../shared/api/call.ts';
import type { ApiEvent } from '../../shared/runtime/api-request.ts';

let requests = 0;

/** What API Gateway hands to a function for a request of a signed-in member. */
export const apiEvent = (
  caller: Caller | undefined,
  routeKey: string,
  {
    params,
    query,
    body,
    headers = {},
    rawBody,
    isBase64Encoded = false,
  }: {
    params?: Record<string, string>;
    query?: Record<string, string>;
    body?: unknown;
    headers?: Record<string, string>;
    rawBody?: string;
    isBase64Encoded?: boolean;
  } = {},
): ApiEvent => {
  requests += 1;
  const path = (routeKey.split(' ')[1] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? name);
  const claims = caller && {
    sub: caller.sub,
    workspace: caller.workspaceId,
    member: caller.memberId,
    role: caller.role,
    export: String(caller.canExport),
    token_use: 'access',
  };
  const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(params ? { pathParameters: params } : {}),
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: { requestId: `request-${requests}`, ...(claims ? { authorizer: { jwt: { claims, scopes: [] } } } : {}) },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded,
  } as unknown as ApiEvent;
};

/** An answer as a client reads it. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
}

type Handler = (event: ApiEvent, context: never) => Promise<unknown>;

/** Calls a door as API Gateway does. */
export const callDoor = async (handler: Handler, event: ApiEvent): Promise<Answer> => {
  const result = (await handler(event, {
    awsRequestId: 'a',
    functionName: 'test',
    getRemainingTimeInMillis: () => 600_000,
  } as never)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  const isJson = (result.headers['content-type'] ?? '').includes('json');
  return {
    status: result.statusCode,
    headers: result.headers,
    text: result.body,
    body: isJson && result.body !== '' ? JSON.parse(result.body) : undefined,
  };
};
