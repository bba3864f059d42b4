import { FormatError } from '../../bytes/errors.ts';
import type { CheckList } from '../check.ts';
import { TpmError } from '../tpm/index.ts';

/**
 * Runs a parser over what the host sent; what it throws becomes the failed check `id`.
 *
 * @param where which of several alike it is; else a failure says where in the structure it is
 */
export function reading<T>(id: string, checks: CheckList, read: () => T, where?: string): T | null {
  try {
    const value = read();
    checks.expect(id, true, 'well formed', 'well formed', where);
    return value;
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof TpmError)) throw error;
    const found = error.actual === undefined ? '' : ` (${error.actual})`;
    checks.expect(id, false, error.expected ?? 'well formed', `${error.code}${found}`, where ?? error.path);
    return null;
  }
}
