/** Writes of one or many elements: all or nothing by default, element by element with `summarizeErrors=false`. */
import type { ApiCall, Reply } from './api-call.ts';
import { badRequest, envelope, problemsWire, refusalFlag, refusedElement, validationException } from './api-call.ts';
import type { Input } from './documents.ts';
import { Invalid, isInput } from './input.ts';
import type { Saved } from './invoices.ts';
import type { Wire } from './wire.ts';

export interface WriteSpec<T> {
  /** Name of the list in the envelope, e.g. `Invoices`. */
  key: string;
  idKey: string;
  save: (input: Input) => Saved<T>;
  render: (record: T) => Wire;
  /** Accounts and tax rates take one element a request. */
  most?: number;
}

const elementsOf = (body: unknown, key: string): Input[] | undefined => {
  if (Array.isArray(body)) return body.filter(isInput);
  if (!isInput(body)) return undefined;
  const list = body[key];
  if (Array.isArray(list)) return list.filter(isInput);
  return isInput(list) ? [list] : [body];
};

type Outcome<T> = { record: T; warnings: string[] } | { input: Input; problems: readonly string[] };

const saveOne = <T>(call: ApiCall, spec: WriteSpec<T>, input: Input, index: number): Outcome<T> => {
  try {
    return call.books.store.attempt(() => {
      if (call.badElement?.index === index) throw new Invalid([call.badElement.message]);
      return spec.save(input);
    });
  } catch (error) {
    if (error instanceof Invalid) return { input, problems: error.messages };
    throw error;
  }
};

const warned = (warnings: readonly string[]): Wire => (warnings.length > 0 ? { Warnings: problemsWire(warnings) } : {});

class AllRefused extends Error {}

const saveAll = <T>(call: ApiCall, spec: WriteSpec<T>, elements: readonly Input[]): Reply => {
  let outcomes: Outcome<T>[] = [];
  try {
    return call.books.store.attempt(() => {
      outcomes = elements.map((input, index) => saveOne(call, spec, input, index));
      if (outcomes.some((outcome) => 'problems' in outcome)) throw new AllRefused();
      const saved = outcomes.filter((outcome) => 'record' in outcome);
      return envelope(call, {
        [spec.key]: saved.map(({ record, warnings }) => ({ ...spec.render(record), ...warned(warnings) })),
      });
    });
  } catch (error) {
    if (!(error instanceof AllRefused)) throw error;
    const refused = outcomes.filter((outcome) => 'problems' in outcome);
    return validationException(refused.map(({ input, problems }) => refusedElement(input, spec.idKey, problems)));
  }
};

const saveEach = <T>(call: ApiCall, spec: WriteSpec<T>, elements: readonly Input[]): Reply => {
  const outcomes = elements.map((input, index) => saveOne(call, spec, input, index));
  return envelope(call, {
    [spec.key]: outcomes.map((outcome) =>
      'problems' in outcome
        ? { ...refusedElement(outcome.input, spec.idKey, outcome.problems), StatusAttributeString: 'ERROR' }
        : {
            ...spec.render(outcome.record),
            StatusAttributeString: outcome.warnings.length > 0 ? 'WARNING' : 'OK',
            ...refusalFlag(spec.idKey, false),
            ...warned(outcome.warnings),
          },
    ),
  });
};

/** Whether one bad element stops all: unless the caller says `summarizeErrors=false`. */
const summarizes = (query: URLSearchParams): boolean =>
  ![...query].some(([name, value]) => name.toLowerCase() === 'summarizeerrors' && value.toLowerCase() === 'false');

/** Writes what the body holds. Calls to one document by its path always summarise. */
export const writeElements = <T>(call: ApiCall, spec: WriteSpec<T>, alwaysSummarize = false): Reply => {
  const elements = elementsOf(call.body, spec.key);
  if (!elements) return badRequest(17, 'PostDataInvalidException', 'JSON for post data was invalid');
  if (elements.length === 0)
    return badRequest(17, 'PostDataInvalidException', `JSON for post data was invalid: no ${spec.key} were found`);
  if (spec.most !== undefined && elements.length > spec.most)
    return badRequest(10, 'ValidationException', `Only ${spec.most} of ${spec.key} can be written in a request`);
  return alwaysSummarize || summarizes(call.query) ? saveAll(call, spec, elements) : saveEach(call, spec, elements);
};
