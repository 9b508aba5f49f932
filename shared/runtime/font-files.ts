import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads faces that lie beside the bundle of this function. */
export const bundledFace = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fonts', name));
