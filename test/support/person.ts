import { randomUUID } from 'node:crypto';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
export type Body = any;

/** What the API answered. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
}

/** Somebody who is signed in and uses the API from outside. Paths are those of the API, `/v1/…`. */
export interface Person {
  /** Sends a request and takes whatever comes back. A POST carries a key of its own unless one is given. */
  ask(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
  /** These fail unless it was done; a change names any version. */
  get(path: string): Promise<Body>;
  post(path: string, body?: unknown): Promise<Body>;
  put(path: string, body: unknown): Promise<Body>;
  patch(path: string, body: unknown): Promise<Body>;
  remove(path: string): Promise<void>;
  /** Everything that a list holds, page by page. */
  all(path: string): Promise<Body[]>;
}

/** Opens the API at an address for the person whom a token names. */
export const personAt = (api: string, token: string): Person => {
  const ask = async (method: string, path: string, body?: unknown, key: string = randomUUID()): Promise<Answer> => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': key } : {}),
        ...(method === 'PATCH' || method === 'DELETE' ? { 'if-match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, text, body: text === '' ? undefined : (JSON.parse(text) as Body) };
  };
  const done = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await ask(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  };
  const all = async (path: string): Promise<Body[]> => {
    const items: Body[] = [];
    const join = path.includes('?') ? '&' : '?';
    let cursor: string | undefined;
    do {
      const page = await done(
        'GET',
        `${path}${join}limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  };
  return {
    ask,
    all,
    get: (path) => done('GET', path),
    post: (path, body) => done('POST', path, body),
    put: (path, body) => done('PUT', path, body),
    patch: (path, body) => done('PATCH', path, body),
    remove: async (path) => void (await done('DELETE', path)),
  };
};
