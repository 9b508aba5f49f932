import type { Caller } from '../../shared/api/call.ts';
import { apiEvent, callDoor } from './door-call.ts';

/** A request as a client sends it. `route` is a line of the API, e.g. `PATCH /v1/time-entries/{id}`. */
export interface Request {
  readonly route: string;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string;
  readonly isBase64Encoded?: boolean;
  readonly headers?: Record<string, string>;
  readonly from?: Caller | undefined;
}

/** What came back; `body` is parsed JSON, `text` the exact bytes. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: T;
  readonly text: string;
}

/** Sends requests through a door. */
export const sendTo =
  (door: Parameters<typeof callDoor>[0]) =>
  async <T = Record<string, unknown>>({ route, from, ...request }: Request): Promise<Answer<T>> =>
    (await callDoor(door, apiEvent(from, route, request))) as Answer<T>;

export type Send = ReturnType<typeof sendTo>;
