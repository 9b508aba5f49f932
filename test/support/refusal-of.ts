import { Refusal } from '../../shared/domain/refusal.ts';

/** The refusal that a rule answers with; fails when it lets the thing pass or breaks in another way. */
export function refusalOf(attempt: () => unknown): Refusal {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

/** The field paths that a `validation` refusal names. */
export function refusedPaths(attempt: () => unknown): string[] {
  const { code, facts } = refusalOf(attempt);
  if (code !== 'validation') throw new Error(`expected the code validation, got ${code}`);
  return (facts.errors as { path: string }[]).map(({ path }) => path);
}

/** The refusal of something that takes its time. */
export const refusalFrom = async (doing: Promise<unknown>): Promise<Refusal> => {
  try {
    await doing;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
