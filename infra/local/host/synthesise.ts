import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { productApp } from '../../app.ts';
import { buildFunctions } from '../../build.ts';

// Run as `node synthesise.ts <directory>`: bundles the functions and leaves the cloud assembly in `<directory>/cdk.out`.

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Usage: node synthesise.ts <directory>');
const codeDirectory = join(directory, 'dist');
await buildFunctions(codeDirectory);
// Mail is on: it lands in the outbox, whatever address it comes from.
productApp({ codeDirectory, outdir: join(directory, 'cdk.out'), context: { mailFrom: 'notices@finops.example' } }).app.synth();
// The assembly holds copies of the bundles.
rmSync(codeDirectory, { recursive: true });
