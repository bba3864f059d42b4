import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPack, parsePackFiles, type RulePack } from '../../../src/policy/packs/index.ts';

const project = resolve(import.meta.dirname, '../../..');
export const EXAMPLES = join(project, 'examples/packs');

/** Every pack that the repository holds: the base pack, and the examples. */
export const FOLDERS = [
  join(project, 'packs/base'),
  ...readdirSync(EXAMPLES).map((name) => join(EXAMPLES, name)),
];
export const BASE = join(project, 'packs/base');

export function filesOf(folder: string): Map<string, Uint8Array> {
  return new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

export function packIn(folder: string): RulePack {
  return parsePackFiles(filesOf(folder));
}

/** Read and analysed once for a whole file of tests. */
export const SHIPPED = FOLDERS.map((folder) => loadPack(packIn(folder)));
