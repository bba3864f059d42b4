import { SextantError } from '../../../src/bytes/errors.ts';

/** The code with which `action` fails; `none` if it does not. Anything that was not thrown on purpose is rethrown. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SextantError) return error.code;
    throw error;
  }
  return 'none';
}
