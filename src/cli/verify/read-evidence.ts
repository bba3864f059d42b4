import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UsageError } from '../failure.ts';

/** Far above any genuine evidence (event logs reach a few MiB), far below what would exhaust memory. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 4096;

/** File name -> bytes, each read once. */
export type EvidenceFiles = ReadonlyMap<string, Uint8Array>;

/**
 * Reads a file, or the files directly in a folder.
 * @throws {UsageError} `unreadable`
 */
export function readEvidence(path: string): EvidenceFiles {
  const names = isFolder(path) ? filesIn(path) : null;
  const paths = names === null ? [path] : names.map((name) => join(path, name));
  return new Map(paths.map((file) => [basename(file), readCapped(file)]));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${path}`, 'Name an existing file or folder.', cause);
  }
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
  if (names.length > MAX_FILES) {
    throw new UsageError('unreadable', `${folder} holds ${names.length} files, more than ${MAX_FILES}`);
  }
  return names;
}

function readCapped(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size <= MAX_FILE_BYTES) return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${path}`, 'Check that it exists and may be read.', cause);
  }
  throw new UsageError('unreadable', `${path} is larger than ${MAX_FILE_BYTES} bytes`);
}
