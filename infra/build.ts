import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { copyFonts } from './fonts.ts';
import { functions } from './functions.ts';

const root = resolve(import.meta.dirname, '..');

// An ES module has no `require`; what the bundle holds of CommonJS needs one.
const requireBanner = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/** How code is bundled for Lambda; what an entry imports is left as it is. */
export const bundling = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // An ES module of a package is smaller than its CommonJS twin, because unused parts fall away.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  sourcemap: true,
  sourcesContent: false,
  banner: { js: requireBanner },
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
} as const;

const alias = {
  // Credentials come from the environment in Lambda; the SDK's search for them elsewhere is a third of a function.
  '@aws-sdk/credential-provider-node': join(root, 'shared/runtime/lambda-credentials.ts'),
  // Thousands of media types, for files sent as forms. Nothing here sends one.
  'mime-db': join(root, 'infra/no-media-types.json'),
};

/** A function to bundle, in a folder of its name. */
interface Bundled {
  readonly name: string;
  /** Its handler, from the root of the product. */
  readonly entry: string;
  readonly needs?: readonly string[];
}

/**
 * Bundles every function of the list to `<directory>/<name>/index.mjs` with its source map, lays the faces beside those that set
 * documents, and writes the bundler's account of what went where to `<directory>/meta.json`. What a function imports only when it
 * needs it lies in files beside its index, so that no start has to read it; no file is shared by two functions. Other entries than
 * the list's are for measurements. Rejects when a function doesn't bundle.
 */
export const buildFunctions = async (directory: string, entries: readonly Bundled[] = functions): Promise<Metafile> => {
  rmSync(directory, { recursive: true, force: true });
  const accounts: Metafile[] = [];
  // One after the other: side by side they would fill gigabytes of memory, and the bundler keeps every core busy by itself.
  for (const one of entries) accounts.push(await bundle(directory, one));
  const metafile: Metafile = {
    inputs: Object.assign({}, ...accounts.map(({ inputs }) => inputs)) as Metafile['inputs'],
    outputs: Object.assign({}, ...accounts.map(({ outputs }) => outputs)) as Metafile['outputs'],
  };
  writeFileSync(join(directory, 'meta.json'), JSON.stringify(metafile));
  return metafile;
};

const bundle = async (directory: string, { name, entry, needs = [] }: Bundled): Promise<Metafile> => {
  const { metafile } = await build({
    entryPoints: { index: join(root, entry) },
    outdir: join(directory, name),
    ...bundling,
    // The type wants lists that may be changed.
    mainFields: [...bundling.mainFields],
    splitting: true,
    alias,
  });
  if (needs.includes('fonts')) copyFonts(join(directory, name, 'fonts'));
  return metafile;
};

if (import.meta.main) {
  const { outputs } = await buildFunctions(join(root, 'dist'));
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (file.endsWith('.mjs')) console.log(`${file} ${Math.ceil(bytes / 1024)} KiB`);
  }
}
