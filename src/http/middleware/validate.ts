import type { z } from 'zod';
import { type FieldError, ValidationError } from '../errors.ts';
import { placeOfNul } from './nul.ts';

/** More are not reported: a body may be wrong in a hundred thousand places. */
const MAX_ERRORS = 20;

/**
 * Holds a value against its schema.
 * @param where `body`, `query` or `path`: leads every reported path
 * @throws ValidationError with every fault, up to 20
 */
export function validate<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) {
    const place = placeOfNul(result.data, where);
    if (place === undefined) return result.data;
    throw new ValidationError([{ path: place, expected: 'text without U+0000', actual: 'string' }]);
  }
  throw new ValidationError(
    result.error.issues.slice(0, MAX_ERRORS).map((issue) => fieldError(issue, value, where)),
  );
}

function fieldError(issue: z.core.$ZodIssue, value: unknown, where: string): FieldError {
  const path = issue.path.reduce<string>(
    (joined, step) => joined + (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 64)}`),
    where,
  );
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, 5).map((name) => name.slice(0, 64));
    return { path, expected: 'no other members', actual: names.join(', ') };
  }
  const expected = issue.code === 'invalid_type' ? issue.expected : wanted(issue.message);
  return { path, expected, actual: kindOf(valueAt(value, issue.path)) };
}

/** The schema's message as what follows "expected": without what is said twice then. */
function wanted(message: string): string {
  return message.replace(/^(?:Too (?:small|big)|Invalid \w+): (?:expected )?/, '').replace(/^must be /, '');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as { readonly [name: PropertyKey]: unknown })[step]; // own member of an object
  }
  return at;
}

/** What a value is, never the value: it may be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === 'string') return `string of ${value.length}`;
  return typeof value;
}
