import { FormatError } from './errors.ts';
import { formatInstant } from './instant.ts';
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
  return serialise(value, 0, 'strict');
}

/**
 * {@link canonicalJson} of {@link plainJson} of a value, in one walk and without the copy: dates become instants, members that are
 * undefined are left out.
 *
 * @throws FormatError as both
 */
export function canonicalPlainJson(value: unknown): string {
  return serialise(value, 0, 'plain');
}

/** Canonical texts of values that never change, for {@link canonicalPlainJson}. */
const texts = new WeakMap<object, string>();

/**
 * Freezes a plain value for good, with all that it holds, and writes it once: {@link canonicalPlainJson} of whatever holds it takes its
 * text from there. Dates cannot be frozen; nobody may set one.
 *
 * @throws FormatError as {@link canonicalPlainJson}
 */
export function settled<T extends object>(value: T): T {
  const text = canonicalPlainJson(value);
  freeze(value);
  texts.set(value, text);
  return value;
}

/** Whether a value was {@link settled}: nobody changes it any more. */
export function isSettled(value: object): boolean {
  return texts.has(value);
}

/** What has a canonical form ends: {@link serialise} has walked through it. */
function freeze(value: object): void {
  Object.freeze(value);
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) freeze(member);
}

/** Whether dates and undefined members are refused, or written as {@link plainJson} does. */
type Manner = 'strict' | 'plain';

/** The UTF-8 bytes of {@link canonicalJson} (RFC 8785, 3.2.4). */
export function canonicalJsonBytes(value: JsonValue): Uint8Array {
  return toUtf8(canonicalJson(value), 'json');
}

function serialise(value: unknown, depth: number, manner: Manner): string {
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
  const known = manner === 'plain' ? texts.get(value) : undefined;
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    let items = '';
    for (let index = 0; index < value.length; index++) {
      items += (index === 0 ? '' : ',') + serialise(value[index], depth + 1, manner);
    }
    return `[${items}]`;
  }
  if (manner === 'plain' && value instanceof Date) return quote(formatInstant(value));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refuse('an object that is not plain');
  return serialiseObject(value as { readonly [name: string]: unknown }, depth, manner); // plain: names are its own keys
}

function serialiseObject(value: { readonly [name: string]: unknown }, depth: number, manner: Manner): string {
  let members = '';
  for (const name of sorted(Object.keys(value))) {
    const member = value[name];
    if (manner === 'plain' && member === undefined) continue;
    members += (members === '' ? '' : ',') + label(name) + serialise(member, depth + 1, manner);
  }
  return `{${members}}`;
}

/** By UTF-16 code units, as RFC 8785, 3.2.3, demands (not code points, not locale): how JavaScript compares strings. */
function sorted(names: string[]): string[] {
  for (let index = 1; index < names.length; index++) {
    if ((names[index - 1] ?? '') > (names[index] ?? '')) return names.sort();
  }
  return names;
}

/** Names of members as they are written, with their colons: few, and written again and again. */
const labels = new Map<string, string>();
const MAX_LABELS = 2_000;
/** Longer ones are no names that a program gives. */
const MAX_LABEL = 64;

function label(name: string): string {
  let text = labels.get(name);
  if (text === undefined) {
    text = `${quote(name)}:`;
    if (name.length > MAX_LABEL) return text;
    if (labels.size >= MAX_LABELS) labels.clear();
    labels.set(name, text);
  }
  return text;
}

/** Printable ASCII without quotation mark and backslash: what JSON writes as it stands, and nearly all that there is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw refuse('a string with a lone surrogate');
  return JSON.stringify(text);
}

function refuse(what: string): FormatError {
  return new FormatError('bad_value', `${what} has no canonical JSON`, { path: 'json', actual: what });
}
