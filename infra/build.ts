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

// Credentials come from the environment in Lambda; the SDK's search for them elsewhere is a third of a function.
const alias = { '@aws-sdk/credential-provider-node': join(root, 'shared/runtime/lambda-credentials.ts') };

/**
 * Bundles every function of the list to `<directory>/<name>/index.mjs` with its source map, in one call, lays the faces beside those that set
 * documents, and writes the
 * bundler's account of what went where to `<directory>/meta.json`. Other entries than the list's are for
 * measurements. Rejects when a function doesn't bundle.
 */
export const buildFunctions = async (
  directory: string,
  entries: readonly { name: string; entry: string; needs?: readonly string[] }[] = functions,
): Promise<Metafile> => {
  rmSync(directory, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: Object.fromEntries(entries.map(({ name, entry }) => [`${name}/index`, join(root, entry)])),
    outdir: directory,
    ...bundling,
    // The type wants lists that may be changed.
    mainFields: [...bundling.mainFields],
    alias,
  });
  for (const { name, needs = [] } of entries) if (needs.includes('fonts')) copyFonts(join(directory, name, 'fonts'));
  writeFileSync(join(directory, 'meta.json'), JSON.stringify(metafile));
  return metafile;
};

if (import.meta.main) {
  const { outputs } = await buildFunctions(join(root, 'dist'));
  for (const [file, { bytes }] of Object.entries(outputs)) {
    if (file.endsWith('.mjs')) console.log(`${file} ${Math.ceil(bytes / 1024)} KiB`);
  }
}
