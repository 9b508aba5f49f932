import type { IncomingMessage } from 'node:http';

/** What the authorizer found out: claims as strings, scopes of the route. */
export type JwtAuthorization = { claims: Record<string, string>; scopes: string[] | null };

/** A request on its way to a function. */
export type EventSource = {
  request: IncomingMessage;
  path: string;
  rawQueryString: string;
  body: Buffer;
  routeKey: string;
  parameters: Record<string, string>;
  authorization: JwtAuthorization | undefined;
  api: { id: string; accountId: string; port: number };
  /** Simulated time in milliseconds. */
  now: number;
  requestId: string;
};

/** Makes the payload (format 2.0) that an HTTP API hands to a function. */
export const httpEvent = (source: EventSource) => {
  const { request, body, parameters, authorization, api } = source;
  const { cookies, headers } = headersOf(request);
  const query = queryOf(source.rawQueryString);
  const text = isText(headers['content-type']);
  const host = headers['host'] ?? `127.0.0.1:${api.port}`;
  return {
    version: '2.0',
    routeKey: source.routeKey,
    // An HTTP API hands the path on decoded.
    rawPath: source.path,
    rawQueryString: source.rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers: {
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ?? '127.0.0.1',
      'x-forwarded-port': String(api.port),
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(query).length > 0 ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      ...(authorization === undefined ? {} : { authorizer: { jwt: authorization } }),
      domainName: host.split(':')[0] ?? host,
      domainPrefix: api.id,
      http: {
        method: request.method ?? 'GET',
        path: source.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: source.requestId,
      routeKey: source.routeKey,
      stage: '$default',
      time: clfTime(source.now),
      timeEpoch: source.now,
    },
    ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
    ...(body.length > 0 ? { body: body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !text,
  };
};

/** Lower-cased headers, repeated ones joined by commas; cookies stand in a list of their own. */
const headersOf = (request: IncomingMessage) => {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    // Connection headers belong to one hop and don't reach the function.
    else if (!/^(connection|keep-alive|transfer-encoding|expect|upgrade|te|trailer)$/.test(name)) {
      headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
    }
  }
  return { headers, cookies };
};

const queryOf = (rawQueryString: string): Record<string, string> => {
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  return query;
};

// The types an HTTP API hands on as text; everything else, forms included, comes as base64.
const isText = (contentType = ''): boolean =>
  /^(text\/|application\/(json|javascript|xml)\b|application\/[\w.-]+\+(json|xml)\b)/i.test(contentType.trim());

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const clfTime = (now: number): string => {
  const iso = new Date(now).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};
