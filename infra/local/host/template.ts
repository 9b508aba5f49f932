import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** One resource as it stands in a synthesised template. */
export type Resource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Condition?: string;
  Metadata?: Record<string, unknown>;
};

/** The parts of a CloudFormation template that the host reads. */
export type Template = {
  Resources?: Record<string, Resource>;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>;
};

/** A template with the name of its stack and the directory that its asset paths start from. */
export type Stack = { name: string; directory: string; template: Template };

type Manifest = {
  artifacts?: Record<string, { type: string; properties?: { templateFile?: string; stackName?: string } }>;
};

/**
 * Reads every stack of a cloud assembly (the output directory of a synthesis). A directory without a manifest is read
 * by its `*.template.json` files. Throws if there is no stack in it.
 */
export const readAssembly = (directory: string): Stack[] => {
  const manifest = join(directory, 'manifest.json');
  const stacks = existsSync(manifest)
    ? stacksOfManifest(directory, JSON.parse(readFileSync(manifest, 'utf8')) as Manifest)
    : readdirSync(directory)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => ({ name: file.replace(/\.template\.json$/, ''), file }));
  if (stacks.length === 0) throw new Error(`No CloudFormation template in ${directory}: synthesise first.`);
  return stacks.map(({ name, file }) => ({
    name,
    directory,
    template: JSON.parse(readFileSync(join(directory, file), 'utf8')) as Template,
  }));
};

const stacksOfManifest = (directory: string, manifest: Manifest) =>
  Object.entries(manifest.artifacts ?? {}).flatMap(([id, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [{ name: properties.stackName ?? id, file: properties.templateFile, directory }]
      : [],
  );

/** Where a function's code lies on this disk. Needs the metadata that `aws:cdk:enable-asset-metadata` writes. */
export const assetDirectory = (stack: Stack, logicalId: string, resource: Resource): string => {
  const path = resource.Metadata?.['aws:asset:path'];
  if (typeof path !== 'string') {
    throw new Error(
      `${logicalId} (${resource.Type}) has no aws:asset:path: synthesise with the context "aws:cdk:enable-asset-metadata": true.`,
    );
  }
  return isAbsolute(path) ? path : join(stack.directory, path);
};
