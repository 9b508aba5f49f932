import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './http-response.ts';

/** The API's CorsConfiguration as the template has it. MaxAge in seconds. */
export type CorsConfiguration = {
  AllowOrigins?: string[];
  AllowMethods?: string[];
  AllowHeaders?: string[];
  ExposeHeaders?: string[];
  AllowCredentials?: boolean;
  MaxAge?: number;
};

/** Answers a browser's preflight request; undefined when the request isn't one or the API has no CORS. */
export const preflightAnswer = (cors: CorsConfiguration | undefined, request: IncomingMessage): HttpAnswer | undefined => {
  const asked = request.headers['access-control-request-method'];
  if (cors === undefined || request.method !== 'OPTIONS' || request.headers.origin === undefined || asked === undefined) {
    return undefined;
  }
  const allowed = originHeaders(cors, request.headers.origin);
  const headers =
    allowed === undefined
      ? {}
      : {
          ...allowed,
          'access-control-allow-methods': (cors.AllowMethods ?? []).join(','),
          'access-control-allow-headers': (cors.AllowHeaders ?? []).join(',').toLowerCase(),
          ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
        };
  return { status: 204, headers, cookies: [], body: Buffer.alloc(0) };
};

/** Puts the API's CORS headers in place of the function's own, as the gateway does. */
export const withCors = (cors: CorsConfiguration | undefined, origin: string | undefined, answer: HttpAnswer): HttpAnswer => {
  if (cors === undefined) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = origin === undefined ? undefined : originHeaders(cors, origin);
  const exposed =
    allowed !== undefined && cors.ExposeHeaders !== undefined
      ? { 'access-control-expose-headers': cors.ExposeHeaders.join(',').toLowerCase() }
      : {};
  return { ...answer, headers: { ...Object.fromEntries(own), ...allowed, ...exposed } };
};

const originHeaders = (cors: CorsConfiguration, origin: string): Record<string, string> | undefined => {
  const origins = cors.AllowOrigins ?? [];
  const fits = origins.some((one) => one === '*' || one === origin || matchesWildcard(one, origin));
  if (!fits) return undefined;
  const credentials = cors.AllowCredentials === true ? { 'access-control-allow-credentials': 'true' } : {};
  return { 'access-control-allow-origin': origins.includes('*') ? '*' : origin, vary: 'origin', ...credentials };
};

const matchesWildcard = (pattern: string, origin: string): boolean => {
  const [start = '', end] = pattern.split('*');
  return end !== undefined && origin.startsWith(start) && origin.endsWith(end) && origin.length >= pattern.length - 1;
};
