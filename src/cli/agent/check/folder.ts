import { statSync } from 'node:fs';
import type { SextantError } from '../../../bytes/errors.ts';
import { type Finding, ok, problem } from '../../doctor/finding.ts';

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
