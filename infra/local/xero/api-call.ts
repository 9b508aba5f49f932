/** One accounting call after the doors (token, scope, limits) have let it in, and the shapes its answers take. */
import { randomUUID } from 'node:crypto';
import type { Books } from './books.ts';
import type { Input } from './documents.ts';
import type { Wire } from './wire.ts';

export interface ApiCall {
  books: Books;
  method: string;
  /** Path segments behind `/api.xro/2.0/`, decoded. */
  segments: readonly string[];
  query: URLSearchParams;
  headers: Readonly<Record<string, string>>;
  raw: Buffer;
  /** Parsed body of writes; undefined when it isn't JSON. */
  body: unknown;
  nowMs: number;
  /** 4 with `unitdp=4`, else 2. */
  unitPlaces: 2 | 4;
  /** Address of the sandbox, for links. */
  url: string;
  /** Set by the `bad-element` fault: this element of the batch is refused. */
  badElement?: { index: number; message: string };
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  body?: string | Buffer;
}

export type Handler = (call: ApiCall) => Reply;

export interface Endpoint {
  /** E.g. `Invoices/{id}/Email`; a segment in braces takes anything. */
  path: string;
  /** Scope without `.read`; a GET is satisfied by `<scope>.read` too. Several: any of them will do. */
  scopes: readonly string[];
  handlers: Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', Handler>>;
}

export const noSuchId = '00000000-0000-0000-0000-000000000000';

/** The wrapping every JSON answer has. */
export const envelope = (call: ApiCall, content: Wire): Reply => ({
  status: 200,
  json: { Id: randomUUID(), Status: 'OK', ProviderName: 'Sandbox app', DateTimeUTC: `/Date(${call.nowMs})/`, ...content },
});

export const notFound = (): Reply => ({
  status: 404,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: "The resource you're looking for cannot be found",
});

export const notImplemented = (): Reply => ({
  status: 501,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'The method is not implemented for this endpoint',
});

/** 400 for elements that break a rule. */
export const validationException = (elements: readonly Wire[]): Reply => ({
  status: 400,
  json: { ErrorNumber: 10, Type: 'ValidationException', Message: 'A validation exception occurred', Elements: elements },
});

/** 400 for a request that can't be understood. */
export const badRequest = (number: number, type: string, message: string): Reply => ({
  status: 400,
  json: { ErrorNumber: number, Type: type, Message: message },
});

export const problemsWire = (messages: readonly string[]): { Message: string }[] => messages.map((Message) => ({ Message }));

/** Not every kind of element says in a field of its own whether it was refused, and not all in the same one. */
const refusalFlags: Readonly<Record<string, string>> = {
  InvoiceID: 'HasErrors',
  CreditNoteID: 'HasErrors',
  ContactID: 'HasValidationErrors',
  PaymentID: 'HasValidationErrors',
};

/** Whether an element was refused, in the field that its kind has for it. */
export const refusalFlag = (idKey: string, refused: boolean): Wire => {
  const name = refusalFlags[idKey];
  return name === undefined ? {} : { [name]: refused };
};

/** An element that was refused, echoed with its reasons. */
export const refusedElement = (input: Input, idKey: string, messages: readonly string[]): Wire => ({
  ...input,
  [idKey]: input[idKey] ?? noSuchId,
  ...refusalFlag(idKey, true),
  ValidationErrors: problemsWire(messages),
});
