import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../bytes/json.ts';
import { PACK_FILES, parsePack, parsePackFiles, type RulePack } from '../../policy/packs/index.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

/** All five members at their ceilings: what is larger is not read. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * A pack from its folder, or from one JSON document.
 *
 * @throws {UsageError} `unreadable`
 * @throws FormatError as `parsePackFiles` does
 */
export function readPack(path: string): RulePack {
  if (!isFolder(path)) return parsePack(parseJson(readBytes(path), { maxBytes: MAX_BYTES }));
  // Folders within count as files that no pack has: nothing in the folder goes unread without a word.
  const names = readdirSync(path).sort();
  const files = names.map((name) => {
    const known: readonly string[] = PACK_FILES;
    return [name, known.includes(name) ? readBytes(join(path, name)) : new Uint8Array()] as const;
  });
  return parsePackFiles(new Map(files));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${path}`, 'Name the folder of a rule pack.', cause);
  }
}

function readBytes(path: string): Uint8Array {
  if (statSync(path).size > MAX_BYTES) {
    throw new UsageError('unreadable', `${path} is larger than ${MAX_BYTES} bytes`);
  }
  return new Uint8Array(readInput(path, 'Name the folder of a rule pack.'));
}
