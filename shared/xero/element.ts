import * as z from 'zod';
import { wordsOf } from './words.ts';

const message = z.object({ message: z.string().optional() });

/** What Xero says of one element of a batch. */
export const elementShape = {
  hasErrors: z.boolean().optional(),
  hasValidationErrors: z.boolean().optional(),
  statusAttributeString: z.string().optional(),
  validationErrors: z.array(message).optional(),
};

interface Element {
  readonly hasErrors?: boolean | undefined;
  readonly hasValidationErrors?: boolean | undefined;
  readonly statusAttributeString?: string | undefined;
  readonly validationErrors?: readonly { readonly message?: string | undefined }[] | undefined;
}

/** What became of one element of a batch: done, or refused with Xero's words. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly messages: readonly string[] };

/** Judges one element. */
export const outcomeOf = <E extends Element, T>(element: E, value: (element: E) => T | undefined): Outcome<T> => {
  const messages = wordsOf((element.validationErrors ?? []).flatMap((one) => one.message ?? []));
  const refused =
    element.hasErrors || element.hasValidationErrors || element.statusAttributeString === 'ERROR' || messages.length > 0;
  const found = refused ? undefined : value(element);
  return found === undefined ? { ok: false, messages } : { ok: true, value: found };
};

export const noSuchId = '00000000-0000-0000-0000-000000000000';
