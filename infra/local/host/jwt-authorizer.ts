import type { JwtAuthorization } from './http-event.ts';
import type { TokenIssuer } from './sign-in.ts';

/** A JWT authorizer of the template. */
export type AuthorizerDefinition = { issuer: string; audiences: string[]; identitySource: string };

/** Lets a request pass with what its token says, or refuses it. */
export type AuthorizerVerdict =
  { ok: true; authorization: JwtAuthorization } | { ok: false; status: 401 | 403; message: 'Unauthorized' | 'Forbidden' };

const unauthorized: AuthorizerVerdict = { ok: false, status: 401, message: 'Unauthorized' };

/**
 * Checks a request's token as an HTTP API does: signature, issuer, audience and times, then that it has one of the
 * route's scopes, if the route names any.
 */
export const authorize = async (
  definition: AuthorizerDefinition,
  scopes: string[],
  identity: (source: string) => string | undefined,
  issuer: TokenIssuer,
): Promise<AuthorizerVerdict> => {
  const token = identity(definition.identitySource)?.replace(/^Bearer\s+/i, '');
  if (token === undefined || token === '') return unauthorized;
  try {
    const claims = await issuer.verify(token, definition);
    const held = `${String(claims['scope'] ?? '')} ${String(claims['scp'] ?? '')}`.split(' ');
    if (scopes.length > 0 && !scopes.some((scope) => held.includes(scope))) {
      return { ok: false, status: 403, message: 'Forbidden' };
    }
    const texts = Object.entries(claims).map(([name, value]) => [name, claimText(value)]);
    return {
      ok: true,
      authorization: {
        claims: Object.fromEntries(texts) as Record<string, string>,
        scopes: scopes.length > 0 ? scopes : null,
      },
    };
  } catch {
    return unauthorized;
  }
};

// The gateway hands every claim on as a string; a list becomes "[a b]".
const claimText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(String).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
