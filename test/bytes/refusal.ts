import { FormatError } from '../../src/bytes/errors.ts';

/** The code with which `action` refuses, or `accepted`; any other kind of error is a defect and passes through. */
export function codeOf(action: () => unknown): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}
