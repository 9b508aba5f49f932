import { randomBytes } from 'node:crypto';
import { documentsDoor } from '../../functions/documents/door.ts';
import { invoicesDoor } from '../../functions/invoices/door.ts';
import { quotesDoor } from '../../functions/quotes/door.ts';
import type { Caller } from '../../shared/api/call.ts';
import { readPicture } from '../../shared/pdf/read-picture.ts';
import { newId, storeSetting, type Setting } from './billing.ts';
import { apiEvent, callDoor, type Answer } from './door-call.ts';
import type { Engine } from './engine.ts';
import { draw } from './writing-room.ts';

export const publicUrl = 'https://api.example.com';

/** The rooms of quotes, invoices and documents on one engine, under a clock that stands still unless it is told, or while somebody waits. */
export interface QuoteRooms {
  readonly at: { now: number };
  readonly rung: string[];
  /** A signed-in request; every POST carries a key of its own unless one is given. */
  send(caller: Caller | undefined, route: string, more?: Asked): Promise<Answer>;
  /** A request of somebody who has nothing but a link. */
  visit(route: string, token: string, more?: Asked): Promise<Answer>;
  /** Posts the form of a page. */
  post(token: string, which: 'accept' | 'decline', fields: Record<string, string>): Promise<Answer>;
}

export interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly key?: string;
  /** Sent as it is instead of a body. */
  readonly file?: Buffer;
}

const sleeping = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 200)));

export const openQuoteRooms = (engine: Engine, { mailIsOn = true } = {}): QuoteRooms => {
  const at = { now: Date.parse('2026-11-20T10:00:00.000Z') };
  const rung: string[] = [];
  let keys = 0;
  const world = {
    table: engine.table,
    newId,
    newSecret: () => randomBytes(32).toString('base64url'),
    publicUrl,
    mailIsOn,
    clock: () => at.now,
    random: Math.random,
    sleep: sleeping,
    ring: async (ids: readonly string[]): Promise<void> => void rung.push(...ids),
    closeCheckout: async (): Promise<void> => undefined,
  };
  const quotes = quotesDoor(world);
  const invoices = invoicesDoor(world);
  const documents = documentsDoor({ ...world, draw, readPicture: async (bytes) => readPicture(bytes) });
  const isOfDocuments = /\/(i\/|public\/invoices|.*\/pdf$|v1\/invoices\/\{id\}\/(share|send)$|v1\/workspace\/logo)/;
  const doorOf = (route: string) => (isOfDocuments.test(route) ? documents : route.includes('/invoices') ? invoices : quotes);
  const send: QuoteRooms['send'] = (caller, route, { id = '', body, query = {}, headers = {}, key, file } = {}) => {
    keys += 1;
    const event = apiEvent(caller, route, {
      params: { id },
      query,
      body,
      ...(file ? { rawBody: file.toString('base64'), isBase64Encoded: true } : {}),
      headers: { ...(route.startsWith('POST') ? { 'idempotency-key': key ?? `key-${keys}` } : {}), ...headers },
    });
    return callDoor(doorOf(route), event);
  };
  return {
    at,
    rung,
    send,
    visit: (route, token, { body, query = {} } = {}) =>
      callDoor(doorOf(route), apiEvent(undefined, route, { params: { token }, query, body })),
    post: (token, which, fields) =>
      callDoor(
        quotes,
        apiEvent(undefined, `POST /q/{token}/${which}`, {
          params: { token },
          rawBody: new URLSearchParams(fields).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ),
  };
};

export const twoLines = [
  { description: 'Design of the shop', quantity: '12.5', unitPrice: { amount: 9500, currency: 'GBP' } },
  { description: 'Photographs', quantity: '3', unitPrice: { amount: 3333, currency: 'GBP' } },
];

/** A quote that was sent, with the token of its link. */
export interface SentQuote {
  readonly setting: Setting;
  readonly id: string;
  readonly token: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into it freely
  readonly body: any;
}

/** Stores a workspace and sends a quote of two lines to its client. */
export const sendQuoteTo = async (
  engine: Engine,
  rooms: QuoteRooms,
  { setting, body = {} }: { setting?: Setting; body?: object } = {},
): Promise<SentQuote> => {
  const own = setting ?? (await storeSetting(engine.table));
  const drafted = await rooms.send(own.caller, 'POST /v1/quotes', {
    body: { clientId: own.client.id, lines: twoLines, ...body },
  });
  if (drafted.status !== 201) throw new Error(drafted.text);
  const id = (drafted.body as { id: string }).id;
  const sent = await rooms.send(own.caller, 'POST /v1/quotes/{id}/send', { id });
  if (sent.status !== 200) throw new Error(sent.text);
  return { setting: own, id, token: (sent.body as { link: { token: string } }).link.token, body: sent.body };
};

/** The hidden fields of a page's form. */
export const fieldsOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]),
  );
