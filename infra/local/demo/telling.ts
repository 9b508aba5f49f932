import type { DemoContext } from './context.ts';

export type Money = { amount: number; currency: string };

/** An amount for people. The story only tells of currencies with two decimals. */
export const shown = ({ amount, currency }: Money): string =>
  `${currency} ${(amount / 100).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

export const chapter = (context: DemoContext, title: string): void => context.log(`\n  ${title}`);
export const say = (context: DemoContext, line: string): void => context.log(`    ✓ ${line}`);

/** What the story takes for granted. It would rather stop than tell something that isn't so. */
export const agree = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`The story doesn't hold: ${what}`);
};
