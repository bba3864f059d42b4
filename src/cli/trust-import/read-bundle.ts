import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { BundleFile } from '../../evidence/tpm/ek/authorities.ts';
import { UsageError } from '../failure.ts';

export type Bundle = {
  readonly files: readonly BundleFile[];
  /** What a folder holds besides certificates, and why it was not opened. */
  readonly passedOver: readonly { readonly path: string; readonly reason: string }[];
};

const CERTIFICATES: ReadonlySet<string> = new Set(['.cer', '.crt', '.der', '.pem', '.p7b', '.p7c']);
/** TrustedTpm.cab holds about seven hundred. */
const MAX_FILES = 10_000;
const MAX_FILE_BYTES = 16 << 20;
const MAX_DEPTH = 8;

/**
 * The files that somebody named, and those in the folders, by paths below the folder.
 * @throws UsageError `unreadable`
 */
export function readBundle(paths: readonly string[]): Bundle {
  const files: BundleFile[] = [];
  const passedOver: { path: string; reason: string }[] = [];

  const take = (path: string, shown: string): void => {
    if (files.length === MAX_FILES) {
      throw new UsageError('unreadable', `more than ${MAX_FILES} files`, 'Import folder by folder.');
    }
    if (lstatSync(path).size > MAX_FILE_BYTES) {
      passedOver.push({ path: shown, reason: `is larger than ${MAX_FILE_BYTES} bytes` });
    } else files.push({ path: shown, bytes: new Uint8Array(readFileSync(path)) });
  };
  const walk = (folder: string, shown: string, depth: number): void => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const [path, below] = [join(folder, entry.name), shown === '' ? entry.name : `${shown}/${entry.name}`];
      if (entry.isDirectory() && depth < MAX_DEPTH) walk(path, below, depth + 1);
      else if (entry.isFile() && CERTIFICATES.has(extname(entry.name).toLowerCase())) take(path, below);
      else passedOver.push({ path: below, reason: whyNot(entry.name, entry.isFile()) });
    }
  };

  for (const path of paths) {
    try {
      if (lstatSync(path).isDirectory()) walk(path, '', 0);
      else if (extname(path).toLowerCase() === '.cab') throw packed(path);
      else take(path, basename(path));
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      throw new UsageError('unreadable', `cannot read ${path}`, 'Name existing files or folders.', cause);
    }
  }
  return { files, passedOver };
}

function packed(path: string): UsageError {
  const mend = 'Unpack it and name the folder: expand -F:* TrustedTpm.cab FOLDER, or cabextract -d FOLDER.';
  return new UsageError('unreadable', `${path} is a cabinet, which is not read here`, mend);
}

function whyNot(name: string, isFile: boolean): string {
  if (!isFile) return 'is neither a file nor a folder that is looked into';
  return extname(name).toLowerCase() === '.cab' ? 'is a cabinet: unpack it' : 'is no certificate by its name';
}
