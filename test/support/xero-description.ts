/** Holds everything that goes to and comes from the sandbox against Xero's official description, where that is at hand. */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Observed } from '../../infra/local/xero/sandbox.ts';
import { checkAgainst, type Description, type Part } from './description-check.ts';

const beside = join(import.meta.dirname, '../../../shared/facts/specs/xero_accounting.yaml');
const apiRoot = '/api.xro/2.0';

/** Where the description lies: `XERO_DESCRIPTION`, or a folder beside the repository; undefined when there is none. */
export const descriptionPath = (): string | undefined =>
  [process.env['XERO_DESCRIPTION'], beside].find((path) => path !== undefined && existsSync(path));

/** Reading a megabyte of YAML takes seconds: it is done once for each edition of the file. */
const readDescription = (path: string): Description => {
  const { size, mtimeMs } = statSync(path);
  const folder = join(tmpdir(), `xero-description-${process.getuid?.() ?? 0}`);
  const kept = join(folder, `${size}-${Math.round(mtimeMs)}.json`);
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Description;
  const description = parse(readFileSync(path, 'utf8')) as Description;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${kept}.${process.pid}`, JSON.stringify(description));
  renameSync(`${kept}.${process.pid}`, kept);
  return description;
};

export interface Watch {
  readonly observe: (seen: Observed) => void;
  /** Throws when something was said that the description does not know; says each such thing once. */
  assertKnown(): void;
}

/** Answers that are meant to be broken are not held against it. */
const brokenOnPurpose = new Set(['html', 'truncated', 'server-error']);

const answerOf = ({ answer, fault }: Observed): unknown => {
  if (answer === undefined || brokenOnPurpose.has(fault ?? '') || !answer.headers['content-type']?.includes('json'))
    return undefined;
  return JSON.parse(answer.body.toString('utf8'));
};

/** Watches accounting calls; `parts` says which side is held against the description. Without one it sees nothing. */
export const watchXero = (parts: readonly Part[] = ['request', 'answer']): Watch => {
  const path = descriptionPath();
  if (path === undefined) return { observe: () => undefined, assertKnown: () => undefined };
  const check = checkAgainst(readDescription(path));
  const wrong = new Set<string>();
  return {
    observe: (seen) => {
      if (!seen.path.startsWith(`${apiRoot}/`)) return;
      const answered = seen.answer !== undefined && !brokenOnPurpose.has(seen.fault ?? '');
      const exchange = { ...seen, path: seen.path.slice(apiRoot.length), answer: answerOf(seen) };
      const looked = answered ? parts : parts.filter((part) => part === 'request');
      for (const text of check(exchange, looked)) wrong.add(text);
    },
    assertKnown: () => {
      if (wrong.size === 0) return;
      const texts = [...wrong].sort();
      wrong.clear();
      throw new Error(`The description of Xero does not know:\n${texts.join('\n')}`);
    },
  };
};
