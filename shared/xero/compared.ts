import * as z from 'zod';
import { XeroError } from './failure.ts';

/** The largest page that Xero hands out. */
export const comparedPerPage = 1000;

/** A day in an answer: the SDK makes dates of some of them and leaves others as they came. */
export const day = z
  .union([z.date().transform((value) => value.toISOString()), z.string()])
  .transform((text) => (/^\d{4}-\d\d-\d\d/.test(text) ? text.slice(0, 10) : null))
  .nullish()
  .transform((value) => value ?? null);

/** An amount in an answer, as hundredths; its amounts stay far below the size at which a number loses cents. */
export const hundredths = z
  .number()
  .default(0)
  .transform((value) => BigInt(Math.round(value * 100)));

export interface PageAsked {
  readonly page: number;
  /** An instant; leaves out what is older, to the second. */
  readonly changedSince?: string | undefined;
  readonly pageSize?: number | undefined;
}

/** A page of what is compared. `more` tells that another page follows. */
export interface Listed<T> {
  readonly found: readonly T[];
  readonly more: boolean;
}

/** Asks for one page. That nothing was modified is an answer; anything that isn't a list is none and throws. */
export const pageOf = async <T>(
  { page, changedSince, pageSize = comparedPerPage }: PageAsked,
  ask: (asked: {
    page: number;
    changedSince: Date | undefined;
    pageSize: number;
  }) => Promise<{ found: T[]; pageCount: number | undefined }>,
): Promise<Listed<T>> => {
  try {
    const since = changedSince === undefined ? undefined : new Date(changedSince);
    const { found, pageCount } = await ask({ page, changedSince: since, pageSize });
    // More pages than there is anything on: neither can be believed.
    if (found.length === 0 && page < (pageCount ?? 0)) throw new XeroError({ status: 200, code: 'bad-answer' });
    return { found, more: pageCount === undefined ? found.length >= pageSize : page < pageCount };
  } catch (error) {
    if (error instanceof XeroError && error.code === 'not-modified') return { found: [], more: false };
    throw error;
  }
};
