import { Cursor } from './cursor.ts';
import { FormatError } from './errors.ts';
import { fromUtf8 } from './text.ts';

/**
 * A strict reader of CBOR (RFC 8949).
 *
 * Read: unsigned and negative integers of 64 bits, byte and text strings, arrays, maps, tags, and the simple values
 * false, true, null and undefined. Refused as `unsupported`: floating-point numbers and other simple values (nothing that
 * is attested here holds one), indefinite lengths, and map keys that are neither integers nor text.
 *
 * Unless `deterministic` is false, the encoding must be the one of section 4.2.1: shortest heads, and map keys in the
 * bytewise order of their encodings. Two byte strings then never stand for one value. Vendors do not all keep to that
 * (AWS Nitro orders the keys of its document by its own structure); for them heads of any width and any order are
 * accepted, and still neither indefinite lengths nor a key that occurs twice. Maps of indefinite length (section 3.2.2)
 * are read where `indefiniteMaps` says so, for newer Nitro documents are ones.
 *
 * An integer is a number where a double holds it exactly (within 2^53 - 1), and a bigint beyond: one form for each
 * integer, so map lookups by number work. Tags are kept, never interpreted: bignums (tags 2 and 3) stay byte strings.
 */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly CborValue[]
  | CborMap
  | CborTag;

export type CborKey = number | bigint | string;

export type CborMap = ReadonlyMap<CborKey, CborValue>;

/** A tagged item (section 3.4). */
export class CborTag {
  readonly tag: number | bigint;
  readonly content: CborValue;

  constructor(tag: number | bigint, content: CborValue) {
    this.tag = tag;
    this.content = content;
  }
}

export type CborOptions = {
  /** Demand core deterministic encoding (section 4.2.1); true unless given. */
  readonly deterministic?: boolean;
  /** Read maps that end with a break instead of stating their length; false unless given, and never deterministic. */
  readonly indefiniteMaps?: boolean;
  /** Ceiling of the input; 1 MiB unless given. */
  readonly maxBytes?: number;
  /** Ceiling of nested arrays, maps and tags; 16 unless given. Attestation documents nest five deep. */
  readonly maxDepth?: number;
  /** Ceiling of the number of items, keys included; 10,000 unless given. */
  readonly maxItems?: number;
};

/**
 * One CBOR item that fills the whole input. Byte strings are views of the input.
 *
 * @throws FormatError `truncated`, `trailing_data`, `too_long`, `budget_exceeded`, `not_canonical`, `duplicate`,
 *   `bad_value`, `unsupported`
 */
export function parseCbor(bytes: Uint8Array, options: CborOptions = {}): CborValue {
  const { maxBytes = 1 << 20 } = options;
  if (!(bytes.length <= maxBytes)) {
    throw new FormatError('too_long', `CBOR of ${bytes.length} bytes is longer than ${maxBytes}`, {
      path: 'cbor',
      expected: `at most ${maxBytes} bytes`,
      actual: `${bytes.length} bytes`,
    });
  }
  const cursor = new Cursor(bytes, 'cbor');
  const value = new Reader(cursor, options).item(0);
  cursor.end();
  return value;
}

/** Major types (section 3.1). */
const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;

/** Additional information of a head without a length, and what ends its item (section 3.2). */
const INDEFINITE = 31;
const BREAK = 0xff;

/** Simple values of major type 7 (section 3.3). */
const SIMPLE: ReadonlyMap<number, boolean | null | undefined> = new Map([
  [20, false],
  [21, true],
  [22, null],
  [23, undefined],
]);

class Reader {
  readonly #cursor: Cursor;
  readonly #deterministic: boolean;
  readonly #indefiniteMaps: boolean;
  readonly #maxDepth: number;
  readonly #maxItems: number;
  #items = 0;

  constructor(cursor: Cursor, options: CborOptions) {
    this.#cursor = cursor;
    this.#deterministic = options.deterministic ?? true;
    this.#indefiniteMaps = options.indefiniteMaps === true && !this.#deterministic;
    this.#maxDepth = options.maxDepth ?? 16;
    this.#maxItems = options.maxItems ?? 10_000;
  }

  item(depth: number): CborValue {
    return this.#itemAfter(this.#cursor.u8('head'), depth);
  }

  #itemAfter(initial: number, depth: number): CborValue {
    this.#items++;
    if (!(depth <= this.#maxDepth)) throw this.#exhausted(`${this.#maxDepth} levels`);
    if (!(this.#items <= this.#maxItems)) throw this.#exhausted(`${this.#maxItems} items`);
    const [major, additional] = [initial >> 5, initial & 0x1f];
    if (major === 7) return this.#simple(additional);
    if (major === MAP && additional === INDEFINITE && this.#indefiniteMaps) return this.#map(null, depth);
    const argument = this.#argument(additional);
    switch (major) {
      case UNSIGNED:
        return argument;
      case NEGATIVE:
        return negative(argument);
      case BYTES:
        return this.#cursor.take(this.#length(argument), 'bytes');
      case TEXT:
        return fromUtf8(this.#cursor.take(this.#length(argument), 'text'), 'cbor.text');
      case ARRAY:
        return this.#array(this.#length(argument), depth);
      case MAP:
        return this.#map(this.#length(argument), depth);
      case TAG:
        return new CborTag(argument, this.item(depth + 1));
      default:
        throw this.#cursor.bad('head', 'a major type', `${major}`);
    }
  }

  #array(length: number, depth: number): CborValue[] {
    const items: CborValue[] = [];
    for (let index = 0; index < length; index++) items.push(this.item(depth + 1));
    return items;
  }

  /** @param length null: up to the break */
  #map(length: number | null, depth: number): CborMap {
    const map = new Map<CborKey, CborValue>();
    let previous: Uint8Array | undefined;
    for (let index = 0; length === null || index < length; index++) {
      const start = this.#cursor.offset;
      const initial = this.#cursor.u8('head');
      if (length === null && initial === BREAK) break;
      const key = this.#key(initial, depth);
      if (map.has(key)) {
        throw new FormatError('duplicate', `CBOR map key ${key} occurs twice`, {
          path: 'cbor.map.key',
          offset: start,
          actual: String(key).slice(0, 64),
        });
      }
      const encoded = this.#cursor.since(start);
      if (this.#deterministic && previous !== undefined && Buffer.compare(previous, encoded) > 0) {
        throw this.#notCanonical('map keys in bytewise order', String(key).slice(0, 64));
      }
      previous = encoded;
      map.set(key, this.item(depth + 1));
    }
    return map;
  }

  #key(initial: number, depth: number): CborKey {
    const key = this.#itemAfter(initial, depth + 1);
    if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'string') return key;
    throw this.#cursor.unsupported('map.key', 'an integer or text', 'that is neither integer nor text');
  }

  #simple(additional: number): boolean | null | undefined {
    if (SIMPLE.has(additional)) return SIMPLE.get(additional);
    if (additional === INDEFINITE)
      throw this.#cursor.bad('head', 'an item', 'a break without an indefinite length');
    throw this.#cursor.unsupported('simple', 'false, true, null or undefined', `value ${additional}`);
  }

  /** The argument of a head (section 3), in the shortest form if that is demanded. */
  #argument(additional: number): number | bigint {
    if (additional < 24) return additional;
    switch (additional) {
      case 24:
        return this.#shortest(this.#cursor.u8('argument'), 24);
      case 25:
        return this.#shortest(this.#cursor.u16be('argument'), 0x100);
      case 26:
        return this.#shortest(this.#cursor.u32be('argument'), 0x10000);
      case 27: {
        const wide = this.#cursor.u64be('argument');
        const narrow = integer(wide);
        if (wide < 0x1_0000_0000n) this.#shortest(Number(wide), 0x1_0000_0000);
        return narrow;
      }
      case INDEFINITE:
        throw this.#cursor.unsupported('head', 'a definite length', 'of indefinite length');
      default:
        throw this.#cursor.bad('head', 'additional information below 28, or 31', `${additional}`);
    }
  }

  #shortest(value: number, least: number): number {
    if (this.#deterministic && value < least) throw this.#notCanonical('the shortest head', `${value}`);
    return value;
  }

  /** A length is bounded by what is left before anything is allocated: each byte, item or pair takes at least one byte. */
  #length(argument: number | bigint): number {
    if (typeof argument === 'number' && argument <= this.#cursor.remaining) return argument;
    throw new FormatError('truncated', 'CBOR ends inside an item', {
      path: 'cbor',
      offset: this.#cursor.offset,
      expected: `${argument} bytes or items`,
      actual: `${this.#cursor.remaining} bytes`,
    });
  }

  #notCanonical(expected: string, actual: string): FormatError {
    return new FormatError('not_canonical', `CBOR is not deterministic: ${actual}, not ${expected}`, {
      path: 'cbor',
      offset: this.#cursor.offset,
      expected,
      actual,
    });
  }

  #exhausted(limit: string): FormatError {
    return new FormatError('budget_exceeded', `CBOR has more than ${limit}`, {
      path: 'cbor',
      offset: this.#cursor.offset,
      expected: `at most ${limit}`,
    });
  }
}

/** An integer in its one form. */
function integer(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

/** -1 - n (section 3.1). */
function negative(argument: number | bigint): number | bigint {
  return typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER
    ? -1 - argument
    : integer(-1n - BigInt(argument));
}
