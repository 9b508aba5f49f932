/** A small client of the public API, as anybody could write it. */
export type ApiClient = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  /** The status and problem code of a request that is meant to be refused. */
  refused(method: string, path: string, body?: unknown): Promise<{ status: number; code: string }>;
};

/** A request that was answered with a problem where the story goes on only with success. */
export class UnexpectedAnswer extends Error {}

/** Opens the API for one person. Each POST carries a key of its own; each change names any version. */
export const openApi = (api: string, token: string, newKey: () => string): ApiClient => {
  const send = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': newKey() } : {}),
        ...(method === 'PATCH' || method === 'DELETE' ? { 'if-match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };
  const wanted = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await send(method, path, body);
    if (answer.status >= 400)
      throw new UnexpectedAnswer(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  return {
    get: (path) => wanted('GET', path),
    post: (path, body) => wanted('POST', path, body),
    put: (path, body) => wanted('PUT', path, body),
    patch: (path, body) => wanted('PATCH', path, body),
    refused: async (method, path, body) => {
      const { status, body: problem } = await send(method, path, body);
      if (status < 400) throw new UnexpectedAnswer(`${method} ${path} was not refused`);
      return { status, code: (problem as { code: string }).code };
    },
  };
};

/** Posts a form as a browser would and tells where it is sent next. */
export const postForm = async (address: string, fields: Record<string, string>): Promise<string> => {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const next = answer.headers.get('location');
  if (next === null) throw new UnexpectedAnswer(`${new URL(address).pathname} answered ${answer.status} and sent nobody on`);
  return new URL(next, address).href;
};

/** Opens an address as a browser would and tells where it is sent next. */
export const followOnce = async (address: string): Promise<string> => {
  const answer = await fetch(address, { redirect: 'manual' });
  const next = answer.headers.get('location');
  if (next === null) throw new UnexpectedAnswer(`${new URL(address).pathname} answered ${answer.status} and sent nobody on`);
  return next;
};
