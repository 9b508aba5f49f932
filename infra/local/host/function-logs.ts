import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where functions and engines write. */
export type Logs = {
  write(source: string, line: string): void;
  /** The last lines, `<source> <line>`, oldest first. */
  recent(): string[];
};

const recentMax = 20_000;

/**
 * Opens the logs: a file a source in `directory`, if there is one, the last lines in memory, and everything on
 * standard output when `verbose`.
 */
export const openLogs = (directory: string | undefined, verbose: boolean): Logs => {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const lines: string[] = [];
  return {
    write: (source, line) => {
      lines.push(`${source} ${line}`);
      if (lines.length > recentMax * 1.1) lines.splice(0, lines.length - recentMax);
      if (verbose) console.log(`[${source}] ${line}`);
      if (directory === undefined) return;
      appendFileSync(join(directory, `${source}.log`), `${new Date().toISOString()} ${line}\n`);
    },
    recent: () => lines.slice(-recentMax),
  };
};
