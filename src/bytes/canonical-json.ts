import { FormatError } from './errors.ts';
import type { JsonValue } from './json.ts';
import { toUtf8 } from './text.ts';

/** Deeper than anything Sextant signs; also what ends a cyclic value. */
const MAX_DEPTH = 64;

/**
 * RFC 8785 (JCS): the one text that stands for a JSON value. Hashes and signatures over JSON are over this form.
 *
 * Refused, because two parties would otherwise serialise the same value differently: numbers that are not finite, lone
 * surrogates (RFC 8785, 3.2.2.2), `undefined` members (JSON.stringify drops them without a word), bigint, and objects
 * that are neither plain nor arrays (a Date or a Map would turn into something else).
 *
 * @throws FormatError `bad_value`, `budget_exceeded` beyond 64 levels
 */
export function canonicalJson(value: JsonValue): string {
  return serialise(value, 0);
}

/** The UTF-8 bytes of {@link canonicalJson} (RFC 8785, 3.2.4). */
export function canonicalJsonBytes(value: JsonValue): Uint8Array {
  return toUtf8(canonicalJson(value), 'json');
}

function serialise(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      // ECMAScript's Number::toString is what RFC 8785, 3.2.2.3, prescribes; minus zero becomes 0.
      if (Number.isFinite(value)) return String(value);
      throw refuse(`the number ${value}`);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      break;
    default:
      throw refuse(typeof value);
  }
  if (value === null) return 'null';
  if (depth >= MAX_DEPTH) {
    throw new FormatError('budget_exceeded', `JSON deeper than ${MAX_DEPTH} levels`, { path: 'json' });
  }
  if (Array.isArray(value)) {
    let items = '';
    for (let index = 0; index < value.length; index++) {
      items += (index === 0 ? '' : ',') + serialise(value[index], depth + 1);
    }
    return `[${items}]`;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refuse('an object that is not plain');
  return serialiseObject(value as { readonly [name: string]: unknown }, depth); // plain: names are its own keys
}

function serialiseObject(value: { readonly [name: string]: unknown }, depth: number): string {
  let members = '';
  // Array.prototype.sort compares UTF-16 code units, as RFC 8785, 3.2.3, demands (not code points, not locale).
  for (const name of Object.keys(value).sort()) {
    members += `${members === '' ? '' : ','}${quote(name)}:${serialise(value[name], depth + 1)}`;
  }
  return `{${members}}`;
}

function quote(text: string): string {
  if (!text.isWellFormed()) throw refuse('a string with a lone surrogate');
  return JSON.stringify(text);
}

function refuse(what: string): FormatError {
  return new FormatError('bad_value', `${what} has no canonical JSON`, { path: 'json', actual: what });
}
