import { statfsSync, statSync } from 'node:fs';
import type { SextantError } from '../../../bytes/errors.ts';
import { type Finding, ok, problem, warning } from '../../doctor/finding.ts';
import { existingAbove } from '../../doctor/folder.ts';

/** What an agent's own error says, with its own remedy. */
export function failed(id: string, error: SextantError): Finding {
  const mend = 'mend' in error && typeof error.mend === 'string' ? error.mend : 'See docs/first-host.md.';
  return problem(id, `${error.code}: ${error.message}`, mend);
}

/** Null where there is a folder to look into. */
export function existingFolder(path: string): Finding | null {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return null;
  return ok('data.folder', `${path} is made when the host enrols`);
}

const MIB = 2 ** 20;

/** Whether what the agent keeps, keys, state and grants, finds room where its folder is or will be. */
export function room(folder: string): Finding {
  const { bavail, bsize } = statfsSync(existingAbove(folder));
  return roomOf(bavail * bsize);
}

/** @param free bytes that this user may still write */
export function roomOf(free: number): Finding {
  const says = `${(free / MIB).toFixed(0)} MiB free`;
  const mend = 'Make room: an agent that cannot write neither enrols nor keeps grants.';
  if (free < MIB) return problem('data.space', says, mend);
  return free < 16 * MIB ? warning('data.space', says, mend) : ok('data.space', says);
}
