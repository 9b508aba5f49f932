import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functions } from '../../infra/functions.ts';
import type { Resource, SynthesisOrder, SynthesisReport } from './synthesis.ts';

const reporter = join(import.meta.dirname, 'report-app.ts');

/** Code of functions, by the name of each. */
export type CodeOf = (name: string) => string;

/** A folder that looks like a build, so that templates can be tested without bundling. */
export const standInCode = (directory: string, code: CodeOf): string => {
  for (const { name } of functions) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), code(name));
  }
  return directory;
};

/** Synthesises the product in a process of its own. Throws what that process says when it fails. */
export const report = (order: SynthesisOrder): SynthesisReport => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', reporter], {
    input: JSON.stringify(order),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`The synthesis failed: ${stderr}`);
  return JSON.parse(stdout) as SynthesisReport;
};

/** Synthesises the product on stub code in a temporary folder, and clears up. */
export const reportOf = (context: Record<string, string> = {}, careless?: SynthesisOrder['careless']): SynthesisReport => {
  const directory = mkdtempSync(join(tmpdir(), 'finops-synth-'));
  try {
    const codeDirectory = standInCode(join(directory, 'dist'), (name) => `export const handler = async () => '${name}';\n`);
    return report({ context, codeDirectory, outdir: join(directory, 'out'), ...(careless === undefined ? {} : { careless }) });
  } finally {
    rmSync(directory, { recursive: true });
  }
};

/** Every resource of every stack. */
export const synthesise = (context: Record<string, string> = {}): readonly Resource[] => {
  const { refused, resources } = reportOf(context);
  if (refused !== undefined) throw new Error(refused);
  return resources;
};

/** Narrows to one kind of resource. */
export const ofType = (resources: readonly Resource[], type: string): Resource[] => resources.filter(({ Type }) => Type === type);

/** A statement of a policy, its single values made lists. */
export interface Statement {
  readonly where: string;
  readonly Effect: string;
  readonly actions: readonly string[];
  readonly targets: readonly unknown[];
  readonly Principal?: unknown;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** Every statement of every policy in the templates, whatever kind of resource carries it. */
export const statementsOf = (resources: readonly Resource[]): Statement[] => {
  const found: Statement[] = [];
  const walk = (value: unknown, where: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { Statement } = value as { Statement?: unknown };
    if (Array.isArray(Statement)) {
      for (const { Effect, Action, Resource, Principal } of Statement as Record<string, unknown>[]) {
        found.push({ where, Effect: String(Effect), actions: list(Action).map(String), targets: list(Resource), Principal });
      }
      return;
    }
    for (const child of Object.values(value)) walk(child, where);
  };
  for (const { id, stack, Properties } of resources) walk(Properties, `${stack}/${id}`);
  return found;
};

/** Whether a value points to a resource by its id. */
export const refersTo = (value: unknown, id: string): boolean => JSON.stringify(value ?? null).includes(`"${id}"`);

/** The variables that a function is given. */
export const variablesOf = ({ Properties }: Resource): Record<string, unknown> =>
  (Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

/**
 * A deployed function by its name in the list.
 * @throws Error when it isn't deployed
 */
export const functionNamed = (resources: readonly Resource[], name: string): Resource => {
  const found = ofType(resources, 'AWS::Lambda::Function').find(
    (lambda) => variablesOf(lambda)['POWERTOOLS_SERVICE_NAME'] === name,
  );
  if (found === undefined) throw new Error(`${name} is not deployed`);
  return found;
};
