import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { writePrivateFile } from '../service/keys/private-file.ts';
import { AgentError } from './errors.ts';

const OTHERS = 0o077;

/** The agent's data folder: its keys and what it remembers. 0700, each file 0600. */
export type DataFolder = {
  readonly path: string;
  /** Null where the file does not exist. @throws AgentError `data_unreadable`, `data_exposed` */
  readonly read: (name: string) => string | null;
  /** Whole or not at all, durable when it returns. @throws AgentError `data_unwritable` */
  readonly write: (name: string, text: string) => void;
};

/**
 * Opens or makes the folder.
 * @throws AgentError `data_exposed` if others may enter it: a key that others could read is not this host's own
 */
export function openDataFolder(path: string): DataFolder {
  attempt('data_unwritable', path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  requirePrivate(path, attempt('data_unreadable', path, () => statSync(path)).mode);
  return {
    path,
    read: (name) => readPrivate(join(path, name)),
    write: (name, text) =>
      attempt('data_unwritable', join(path, name), () => writePrivateFile(join(path, name), text)),
  };
}

/** A file of ours as JSON; null where it does not exist. @throws AgentError `data_unreadable` when it is not what we wrote */
export function readRecord<S extends z.ZodType>(
  folder: DataFolder,
  name: string,
  schema: S,
): z.infer<S> | null {
  const text = folder.read(name);
  if (text === null) return null;
  return attempt('data_unreadable', join(folder.path, name), () => schema.parse(JSON.parse(text)));
}

function readPrivate(path: string): string | null {
  const file = openIfPresent(path);
  if (file === null) return null;
  try {
    requirePrivate(path, fstatSync(file).mode);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function openIfPresent(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw unusable('data_unreadable', path, cause);
  }
}

function requirePrivate(path: string, mode: number): void {
  if ((mode & OTHERS) === 0) return;
  throw new AgentError(
    'data_exposed',
    `${path} may be used by other users`,
    `If nobody else has used it: chmod go= ${path}. Otherwise remove it and enrol this host again.`,
    { expected: 'no permissions for group and others', actual: (mode & 0o777).toString(8) },
  );
}

function attempt<T>(code: 'data_unreadable' | 'data_unwritable', path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw unusable(code, path, cause);
  }
}

/** What the system said of the folder or of a file in it, with what to do. */
export function unusable(
  code: 'data_unreadable' | 'data_unwritable',
  path: string,
  cause: unknown,
): AgentError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AgentError(code, `cannot use ${path}: ${why}`, mendOf(cause), { cause });
}

function mendOf(cause: unknown): string {
  const isFull =
    cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
  return isFull ? 'Make room on its disk and try again.' : 'Name a folder of this user with --data.';
}
