import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../bytes/text.ts';
import type { PastState } from '../../service/audit/past.ts';
import type { TallyState } from '../../service/audit/tally.ts';
import { readIfThere } from './files.ts';

/** How far a mirror was read, under which tree, and what was seen on the way: where the next audit goes on. */
export type MirrorState = {
  readonly format: 'sextant-audit-state/4';
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  /** Bundles that were read, all of them whole. */
  readonly bundles: number;
  readonly replays: boolean;
  readonly tally: TallyState;
  readonly past: PastState;
};

const FILE = 'state.json';

export async function readState(folder: string): Promise<MirrorState | null> {
  const bytes = await readIfThere(join(folder, FILE));
  if (bytes === undefined) return null;
  const state = JSON.parse(Buffer.from(bytes).toString('utf8')) as MirrorState; // of this auditor's own folder
  return state.format === 'sextant-audit-state/4' ? state : null;
}

export function writeState(folder: string, state: MirrorState): void {
  writeFile(folder, FILE, JSON.stringify(state));
}

export function writeFile(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

export function treeOf({ size, root }: MirrorState): { readonly size: number; readonly root: Uint8Array } {
  return { size, root: fromHex(root, 'state.root') };
}

export function hexOf(root: Uint8Array): string {
  return toHex(root);
}
