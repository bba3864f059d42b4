// The program's modules, for each of its threads. Plain JavaScript, because types are stripped only from what Node finds by this.
import { existsSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { sizeHeaps } from './heap.mjs';
import { resolution } from './resolution.mjs';

// Before anything is compiled: what was kept under other settings is not used.
sizeHeaps();

// What Node makes of the sources is kept beside the dependencies, as trusted as they are; where nobody may write, nothing is.
// In the environment, so that threads find it too. Without it what strips types is loaded, 16 MiB in each thread.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../node_modules/.cache/sextant', import.meta.url),
);
enableCompileCache();

// A clone runs its sources as they stand; the published package has only what was emitted from them.
const sources = new URL('../', import.meta.url);
const isClone = existsSync(new URL('cli/main.ts', sources));
const root = isClone ? sources : new URL('../../dist/', import.meta.url);

registerHooks({ resolve: resolution(root.href) });

/** @param {string} path of the module in the program, without its ending */
export function load(path) {
  return import(new URL(`${path}.${isClone ? 'ts' : 'js'}`, root).href);
}
