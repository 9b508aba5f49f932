import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApiStack } from './api-stack.ts';
import { DataStack } from './data-stack.ts';
import { readStage } from './stage.ts';
import { SyncStack } from './sync-stack.ts';

/** Where an app's code and context come from, and where its templates go. */
export interface ProductAppOptions {
  /** Folder with one folder of bundled code per function. */
  readonly codeDirectory: string;
  /** Folder of the cloud assembly; a temporary one when absent. */
  readonly outdir?: string;
  /** Context that outranks cdk.json and the CLI. */
  readonly context?: Readonly<Record<string, string>>;
}

/** The product's app: one stage, three stacks, each checked against the AwsSolutions rules whenever it is synthesised. */
export interface ProductApp {
  readonly app: App;
  readonly data: DataStack;
  readonly sync: SyncStack;
  readonly api: ApiStack;
}

/**
 * Builds the app of one stage; account and region are whatever it is deployed to.
 * @throws Error when a setting is missing or a function hasn't been bundled
 */
export const productApp = ({ codeDirectory, outdir, context }: ProductAppOptions): ProductApp => {
  const app = new App({
    ...(outdir === undefined ? {} : { outdir }),
    analyticsReporting: false,
    postCliContext: {
      // The CLI sets this by itself; the local system reads the paths after a synthesis without the CLI.
      'aws:cdk:enable-asset-metadata': true,
      // Exports protect what another stack uses: the table can't be replaced under the workers.
      '@aws-cdk/core:defaultCrossStackReferences': 'strong',
      ...context,
    },
  });
  const stage = readStage(app.node, codeDirectory);
  const named = (part: string): string => `FinOps-${stage.name}-${part}`;

  const data = new DataStack(app, named('Data'), stage);
  const sync = new SyncStack(app, named('Sync'), data);
  const api = new ApiStack(app, named('Api'), data, sync);

  Tags.of(app).add('product', 'finops');
  Tags.of(app).add('stage', stage.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { app, data, sync, api };
};

const contextFromArguments = (): Record<string, string> => {
  const { values } = parseArgs({ options: { context: { type: 'string', short: 'c', multiple: true } } });
  return Object.fromEntries(
    (values.context ?? []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
};

if (import.meta.main) {
  const outdir = process.env['CDK_OUTDIR'] ?? 'cdk.out';
  productApp({ codeDirectory: resolve(import.meta.dirname, '../dist'), outdir, context: contextFromArguments() }).app.synth();
}
