import { XeroError } from './failure.ts';

/** The answer to a batch has one element for each that was sent; anything else can't be assigned and is no answer. */
export const sameLength = <T>(sent: readonly unknown[], answered: readonly T[]): readonly T[] => {
  if (sent.length !== answered.length) throw new XeroError({ status: 200, code: 'bad-answer' });
  return answered;
};
