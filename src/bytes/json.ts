import { FormatError } from './errors.ts';
import { fromUtf8 } from './text.ts';

/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Whether a value is an object, and so has members to look at. */
export function isJsonObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type JsonLimits = {
  /** Ceiling of the UTF-8 text; 1 MiB unless given. */
  readonly maxBytes?: number;
  /** Ceiling of nesting; 32 unless given. */
  readonly maxDepth?: number;
  /** Ceiling of the number of values and names together, before any is allocated; 50,000 unless given. */
  readonly maxNodes?: number;
};

/**
 * Reads JSON that an attacker may have written, as I-JSON (RFC 7493).
 *
 * Besides what RFC 8259 forbids, refused are: member names that occur twice (parsers differ in which one they take, so
 * what one party checked another would not use), lone surrogates, the member `__proto__` (harmless here, but not in a
 * later copy of the object), integers beyond 2^53 - 1, numbers with more than 17 significant digits, and numbers that
 * overflow to infinity or underflow to zero (RFC 7493, 2.2: none of them survives a double).
 *
 * The engine's own parser does the reading; one linear scan before it enforces the limits and judges the numbers, one
 * walk after it counts the members. The count settles duplicates: the text has one colon for each member, and a member
 * that another overwrote is missing from the result.
 *
 * @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`
 */
export function parseJson(input: string | Uint8Array, limits: JsonLimits = {}): JsonValue {
  const { maxBytes = 1 << 20, maxDepth = 32, maxNodes = 50_000 } = limits;
  const length = typeof input === 'string' ? Buffer.byteLength(input) : input.length;
  if (!(length <= maxBytes)) {
    throw new FormatError('too_long', `JSON of ${length} bytes is longer than ${maxBytes}`, {
      path: 'json',
      expected: `at most ${maxBytes} bytes`,
      actual: `${length} bytes`,
    });
  }
  const text = typeof input === 'string' ? input : fromUtf8(input, 'json');
  if (!text.isWellFormed()) throw bad('a lone surrogate');
  const colons = scan(text, maxDepth, maxNodes);
  const value = read(text);
  if (colons !== countMembers(value, text.includes('\\u'))) throw duplicate(text);
  return value;
}

function read(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // JSON.parse returns nothing else
  } catch (cause) {
    throw new FormatError('bad_value', 'not JSON', { path: 'json', cause });
  }
}

/** The number of colons outside strings. Runs on text not yet known to be JSON, so it judges nothing but limits and numbers. */
function scan(text: string, maxDepth: number, maxNodes: number): number {
  let [colons, nodes, depth] = [0, 1, 0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at);
    } else if (unit === COMMA) {
      nodes++;
    } else if (unit === COLON) {
      colons++;
      nodes++;
    } else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      nodes++;
      depth++;
      if (!(depth <= maxDepth)) throw exhausted(`${maxDepth} levels`);
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) {
      depth--;
    } else if (unit === MINUS || (unit >= ZERO && unit <= NINE)) {
      at = judgeNumber(text, at) - 1;
    }
    if (!(nodes <= maxNodes)) throw exhausted(`${maxNodes} values`);
  }
  return colons;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The closing quote of the string that opens at `start`, or the end of a text that does not close it. */
function endOfString(text: string, start: number): number {
  for (let close = text.indexOf('"', start + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let slashes = 0;
    while (text.charCodeAt(close - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return close;
  }
  return text.length;
}

const NUMBER = /[-+.0-9eE]+/y;

/** The offset behind the number that begins at `start`. */
function judgeNumber(text: string, start: number): number {
  // Most are a few digits, which cannot lose anything: no match is made for them.
  let end = start;
  while (end - start < 15 && isDigit(text.charCodeAt(end))) end++;
  if (end > start && !CONTINUES.has(text.charCodeAt(end))) return end;
  NUMBER.lastIndex = start;
  const literal = NUMBER.exec(text)?.[0] ?? '';
  // Fifteen characters without an exponent cannot lose anything.
  if (literal.length > 15 || /e/i.test(literal)) requireDouble(literal);
  return start + literal.length;
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

/** What a number may go on with behind its first digits. */
const CONTINUES: ReadonlySet<number> = new Set([...'+-.eE0123456789'].map((unit) => unit.charCodeAt(0)));

function requireDouble(literal: string): void {
  const value = Number(literal);
  if (Number.isNaN(value)) throw bad(`the number ${literal.slice(0, 40)}`);
  const mantissa = literal.replace(/[eE].*$/, '');
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const isInteger = !/[.eE]/.test(literal);
  const survives = isInteger
    ? Number.isSafeInteger(value)
    : Number.isFinite(value) && digits.length <= 17 && (value !== 0 || /^0*$/.test(digits));
  if (!survives) throw bad(`the number ${literal.slice(0, 40)}, which a double cannot hold`);
}

function countMembers(value: JsonValue, mayHoldSurrogates: boolean): number {
  if (typeof value === 'string') {
    if (mayHoldSurrogates && !value.isWellFormed()) throw bad('a lone surrogate');
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += countMembers(item, mayHoldSurrogates);
    return members;
  }
  // JSON.parse makes plain objects: all that is enumerable is their own.
  const object = value as { readonly [name: string]: JsonValue }; // no array: those have returned above
  for (const name in object) {
    if (name === '__proto__') throw bad('a member named __proto__');
    if (mayHoldSurrogates && !name.isWellFormed()) throw bad('a lone surrogate');
    members += 1 + countMembers(object[name] ?? null, mayHoldSurrogates);
  }
  return members;
}

/** Finds which name occurs twice, only to say so: the text is known to be JSON and to repeat one. */
function duplicate(text: string): FormatError {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) open.push(new Set());
    if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) open.pop();
    if (unit !== QUOTE) continue;
    const end = endOfString(text, at);
    const name = text.slice(at, end + 1);
    at = end;
    if (!/^[ \t\r\n]*:/.test(text.slice(end + 1, end + 64))) continue;
    const key = String(JSON.parse(name));
    if (open.at(-1)?.has(key)) {
      return new FormatError('duplicate', `JSON member ${name.slice(0, 64)} occurs twice`, {
        path: key.slice(0, 64),
        offset: at,
      });
    }
    open.at(-1)?.add(key);
  }
  return new FormatError('duplicate', 'a JSON member occurs twice', { path: 'json' });
}

function bad(what: string): FormatError {
  return new FormatError('bad_value', `JSON holds ${what}`, { path: 'json', actual: what });
}

function exhausted(limit: string): FormatError {
  return new FormatError('budget_exceeded', `JSON has more than ${limit}`, {
    path: 'json',
    expected: `at most ${limit}`,
  });
}
