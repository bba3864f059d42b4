import { formatInstant } from './instant.ts';
import type { JsonValue } from './json.ts';

/**
 * A value as JSON has it: dates become instants, members that are undefined are left out (they have no canonical form).
 * What else JSON does not have is left as it is, for `canonicalJson` to refuse.
 *
 * @throws FormatError `bad_value` for a date that is none
 */
export function plainJson(value: unknown): JsonValue {
  if (value instanceof Date) return formatInstant(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value as JsonValue; // see above: refused later where it is not
  }
  const made: { [name: string]: JsonValue } = {};
  for (const [name, member] of Object.entries(value))
    if (member !== undefined) made[name] = plainJson(member);
  return made;
}
