import { readFileSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { ProductApp } from '../../infra/app.ts';
import { productApp } from '../../infra/app.ts';
import type { Answer, Resource, SynthesisOrder, SynthesisReport } from './synthesis.ts';

// Run as `node report-app.ts`: reads an order as JSON, builds and synthesises the app, writes the report as JSON.

const answersIn = (app: App): Answer[] =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ path: node.path, rule: id.replace(/^Annotation::/, ''), reason })),
  );

const findingsIn = (app: App): SynthesisReport['findings'] => {
  const deaf = new AwsSolutionsChecks(app);
  Object.defineProperty(deaf, 'isAcknowledged', { value: () => false });
  return deaf
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ path: constructPath ?? '', rule: ruleName })),
    );
};

const spoil = ({ sync }: ProductApp, careless: SynthesisOrder['careless']): void => {
  if (careless === 'queue') new Queue(sync, 'Careless');
  if (careless === 'visibility') {
    const queue = sync.node.findChild('NoteChanges').node.findChild('Queue').node.defaultChild as CfnQueue;
    queue.visibilityTimeout = 179;
  }
};

const report = ({ context, codeDirectory, outdir, careless }: SynthesisOrder): SynthesisReport => {
  const product = productApp({ codeDirectory, outdir, context });
  spoil(product, careless);
  const { app } = product;
  const { stacks } = app.synth();
  return {
    stacks: stacks.map(({ stackName, dependencies }) => ({
      stackName,
      after: dependencies.map(({ id }) => id).sort(),
    })),
    resources: stacks.flatMap(({ stackName, template }) => {
      const { Resources } = template as { Resources: Record<string, Omit<Resource, 'id' | 'stack'>> };
      return Object.entries(Resources).map(([id, resource]) => ({ ...resource, id, stack: stackName }));
    }),
    answers: answersIn(app),
    findings: findingsIn(app),
  };
};

const told = (order: SynthesisOrder): SynthesisReport => {
  try {
    return report(order);
  } catch (error) {
    const refused = error instanceof Error ? error.message : String(error);
    return { refused, stacks: [], resources: [], answers: [], findings: [] };
  }
};

process.stdout.write(JSON.stringify(told(JSON.parse(readFileSync(0, 'utf8')) as SynthesisOrder)));
