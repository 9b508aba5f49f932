import { Logger } from '@aws-lambda-powertools/logger';

/** The function's log: JSON lines. Never given a secret, a token or a body; errors go through `describe`. */
export const log = new Logger({ logRecordOrder: ['level', 'message'] });

/** What may be said of an error in a log: its kind, its words and where it happened; none of its attached objects. */
export const describe = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { kind: typeof error };
  const { name, message, stack } = error;
  const facts = Object.fromEntries(['code', 'status'].flatMap((key) => (key in error ? [[key, (error as never)[key]]] : [])));
  // `service` and `message` are the logger's own words.
  const outside = 'service' in error ? { outside: error.service } : {};
  return { name, said: message, stack, ...facts, ...outside };
};
