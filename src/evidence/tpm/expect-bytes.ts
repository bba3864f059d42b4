import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';

/** Records whether two byte strings are the same, in hexadecimal; equal ones are written once, for speed. */
export function expectBytes(
  checks: CheckList,
  id: string,
  expected: Uint8Array,
  actual: Uint8Array,
): boolean {
  const text = toHex(actual);
  if (equalBytes(expected, actual)) return checks.expect(id, true, text, text);
  return checks.expect(id, false, toHex(expected), text);
}
