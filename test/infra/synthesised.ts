import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functions } from '../../infra/functions.ts';
import { productApp } from '../../infra/app.ts';
import type { ProductApp } from '../../infra/app.ts';

/** A resource as it stands in a template. */
export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly Metadata?: Record<string, unknown>;
}

/** A folder that looks like a build, so that templates can be tested without bundling. */
const stubCode = (directory: string): string => {
  for (const { name } of functions) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), `export const handler = async () => '${name}';\n`);
  }
  return directory;
};

/** Builds the app on stub code in a temporary folder, lets the work look at it, and clears up. */
export const withStubApp = <T>(context: Record<string, string>, work: (product: ProductApp) => T): T => {
  const directory = mkdtempSync(join(tmpdir(), 'finops-synth-'));
  try {
    return work(productApp({ codeDirectory: stubCode(join(directory, 'dist')), outdir: join(directory, 'out'), context }));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

/** Every resource of every stack. */
export const synthesise = (context: Record<string, string> = {}): Resource[] =>
  withStubApp(context, ({ app }) =>
    app.synth().stacks.flatMap(({ stackName, template }) => {
      const { Resources } = template as { Resources: Record<string, Omit<Resource, 'id' | 'stack'>> };
      return Object.entries(Resources).map(([id, resource]) => ({ ...resource, id, stack: stackName }));
    }),
  );

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
