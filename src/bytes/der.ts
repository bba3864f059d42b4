import { readOid } from './der-oid.ts';
import { readString } from './der-string.ts';
import { TAG } from './der-tag.ts';
import { type DerTime, readGeneralizedTime, readUtcTime } from './der-time.ts';
import { type ErrorDetails, type FormatCode, FormatError } from './errors.ts';

/** One element, as received: `raw` includes identifier and length, `contents` does not. Both are views. */
export type DerElement = {
  readonly tag: number;
  readonly raw: Uint8Array;
  readonly contents: Uint8Array;
  /** Offset of `raw` from the start of the outermost input. */
  readonly offset: number;
};

export type DerBitString = { readonly unusedBits: number; readonly bytes: Uint8Array };

/**
 * How deep elements may nest. A certificate with every extension of RFC 5280 stays below 12; the rest is reserve. The
 * bound keeps a few kilobytes of nested sequences from exhausting the stack.
 */
export const MAX_DER_DEPTH = 24;

/** Sixteen megabytes: no length is read from more than three octets. Callers state far lower ceilings. */
const MAX_LENGTH_OCTETS = 3;

/** Two's complement of eight bytes fits every integer that is not a key or a serial. */
const SMALL_INTEGER_OCTETS = 7;

/**
 * A strict reader of the distinguished encoding rules (X.690 sections 8 to 11) over bytes that an attacker may have written.
 *
 * Definite, minimal lengths; short-form tags; each read states the most that it takes; each constructed value must be
 * consumed to its end. What has two encodings in BER has one here, so that no two byte strings parse to the same
 * value. Values are views of the input: copy it once, at the border. All methods throw {@link FormatError}.
 */
export class DerReader {
  /** The outermost input; this reader's part of it ends before `#limit`. No view is made of what is only walked through. */
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  readonly #structure: string;
  readonly #depth: number;
  #offset: number;

  private constructor(bytes: Uint8Array, offset: number, limit: number, structure: string, depth: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#limit = limit;
    this.#structure = structure;
    this.#depth = depth;
  }

  /**
   * Reads the whole input with `read` and refuses whatever it leaves over.
   * @param structure the standard's name of what is read; it leads every error path
   */
  static parse<T>(bytes: Uint8Array, structure: string, read: (reader: DerReader) => T): T {
    const reader = new DerReader(bytes, 0, bytes.length, structure, MAX_DER_DEPTH);
    const value = read(reader);
    reader.#end();
    return value;
  }

  get atEnd(): boolean {
    return this.#offset === this.#limit;
  }

  /** Whether the next element has this identifier octet; for OPTIONAL, DEFAULT and CHOICE. */
  has(tag: number): boolean {
    return this.#offset < this.#limit && this.#bytes[this.#offset] === tag;
  }

  /** The next element as received, without taking it; null where there is none that is whole. What it holds is not read. */
  peek(ceiling: number): Uint8Array | null {
    const start = this.#offset;
    try {
      return this.any('element', ceiling).raw;
    } catch (error) {
      if (error instanceof FormatError) return null;
      throw error;
    } finally {
      this.#offset = start;
    }
  }

  /** The next element, whatever it is. */
  any(field: string, ceiling: number): DerElement {
    const offset = this.#offset;
    const tag = this.#bytes[offset] ?? 0;
    const contents = this.#take(field, ceiling);
    return { tag, raw: this.#bytes.subarray(offset, this.#offset), contents, offset };
  }

  /** Passes over the next element, whose bytes are known already. */
  skip(field: string, ceiling: number): void {
    this.#offset = this.#header(field, ceiling);
  }

  /** The next element, which must carry this tag. */
  element(tag: number, field: string, ceiling: number): DerElement {
    this.#expect(tag, field);
    return this.any(field, ceiling);
  }

  /** What `read` returns, with the exact bytes that it consumed: a signed range, a key to be digested. */
  withBytes<T>(read: (reader: DerReader) => T): { readonly value: T; readonly raw: Uint8Array } {
    const start = this.#offset;
    const value = read(this);
    return { value, raw: this.#bytes.subarray(start, this.#offset) };
  }

  /** A constructed element whose contents `read` must consume. */
  nested<T>(tag: number, field: string, ceiling: number, read: (inner: DerReader) => T): T {
    if (this.#depth === 0) throw this.error('budget_exceeded', field, `is nested below ${MAX_DER_DEPTH}`);
    this.#expect(tag, field);
    const end = this.#header(field, ceiling);
    const structure = `${this.#structure}.${field}`;
    const inner = new DerReader(this.#bytes, this.#offset, end, structure, this.#depth - 1);
    this.#offset = end;
    const value = read(inner);
    inner.#end();
    return value;
  }

  sequence<T>(field: string, ceiling: number, read: (inner: DerReader) => T): T {
    return this.nested(TAG.sequence, field, ceiling, read);
  }

  /** SEQUENCE SIZE (1..MAX) OF, or with `minimum` 0 a SEQUENCE OF; at most `most` members. */
  sequenceOf<T>(
    field: string,
    ceiling: number,
    most: number,
    read: (inner: DerReader, index: number) => T,
    tag: number = TAG.sequence,
    minimum = 1,
  ): T[] {
    return this.nested(tag, field, ceiling, (inner) => {
      const members: T[] = [];
      while (!inner.atEnd) {
        if (members.length === most) throw inner.error('budget_exceeded', 'member', `number exceeds ${most}`);
        members.push(read(inner, members.length));
      }
      if (members.length < minimum) throw this.error('bad_value', field, 'is empty');
      return members;
    });
  }

  /**
   * SET OF: members stand in ascending order of their encodings (X.690 section 11.6).
   * @param tolerate called instead of throwing for a set out of order
   */
  setOf<T>(
    field: string,
    ceiling: number,
    most: number,
    read: (inner: DerReader) => T,
    tolerate?: () => void,
  ): T[] {
    let previous: Uint8Array | undefined;
    return this.sequenceOf(
      field,
      ceiling,
      most,
      (inner) => {
        const { value, raw: encoding } = inner.withBytes(read);
        if (previous !== undefined && Buffer.compare(previous, encoding) > 0) {
          if (tolerate === undefined) throw this.error('not_canonical', field, 'is a set out of order');
          tolerate();
        }
        previous = encoding;
        return value;
      },
      TAG.set,
    );
  }

  boolean(field: string, tag: number = TAG.boolean): boolean {
    const contents = this.#contents(tag, field, 1);
    if (contents[0] === 0xff) return true;
    if (contents[0] === 0x00) return false;
    throw this.error('not_canonical', field, 'is a boolean of neither 00 nor FF');
  }

  /**
   * BOOLEAN DEFAULT FALSE: absent or TRUE. DER leaves a default value out (X.690 section 11.5).
   * @param tolerate called instead of throwing for a FALSE that is spelled out
   */
  defaultFalse(field: string, tolerate?: () => void): boolean {
    if (!this.has(TAG.boolean)) return false;
    if (this.boolean(field)) return true;
    if (tolerate === undefined) throw this.error('not_canonical', field, 'spells out its default');
    tolerate();
    return false;
  }

  /** The contents of an INTEGER: two's complement, minimal (X.690 section 8.3.2). */
  integer(field: string, ceiling: number, tag: number = TAG.integer): Uint8Array {
    const contents = this.#contents(tag, field, ceiling);
    const [first, second] = contents;
    if (first === undefined) throw this.error('bad_value', field, 'is an integer of no bytes');
    if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
      throw this.error('not_canonical', field, 'is an integer with a superfluous leading byte');
    }
    return contents;
  }

  /** An INTEGER that is not negative, big-endian, without its sign byte. `ceiling` counts magnitude bytes. */
  unsignedInteger(field: string, ceiling: number, tag: number = TAG.integer): Uint8Array {
    const contents = this.integer(field, ceiling + 1, tag);
    const [first = 0] = contents;
    if (first >= 0x80) throw this.error('bad_value', field, 'is negative');
    const magnitude = first === 0 && contents.length > 1 ? contents.subarray(1) : contents;
    if (magnitude.length > ceiling) {
      throw this.error('too_long', field, `has ${magnitude.length} bytes, more than ${ceiling}`);
    }
    return magnitude;
  }

  /** An INTEGER or ENUMERATED between 0 and `most`. */
  smallInteger(field: string, most: number, tag: number = TAG.integer): number {
    const value = Buffer.from(this.unsignedInteger(field, SMALL_INTEGER_OCTETS, tag)).reduce(
      (sum, octet) => sum * 256 + octet,
      0,
    );
    if (value > most) {
      throw this.error('bad_value', field, `exceeds ${most}`, {
        expected: `at most ${most}`,
        actual: `${value}`,
      });
    }
    return value;
  }

  /** BIT STRING: unused bits are zero (X.690 section 11.2.1). */
  bitString(field: string, ceiling: number, tag: number = TAG.bitString): DerBitString {
    const contents = this.#contents(tag, field, ceiling + 1);
    const [unusedBits] = contents;
    if (unusedBits === undefined) throw this.error('bad_value', field, 'lacks its count of unused bits');
    const bytes = contents.subarray(1);
    if (unusedBits > 7 || (bytes.length === 0 && unusedBits !== 0)) {
      throw this.error('bad_value', field, `claims ${unusedBits} unused bits`);
    }
    const last = bytes[bytes.length - 1] ?? 0;
    if ((last & ((1 << unusedBits) - 1)) !== 0) {
      throw this.error('not_canonical', field, 'has unused bits that are not zero');
    }
    return { unusedBits, bytes };
  }

  /** A BIT STRING of whole octets: keys and signatures. */
  bitStringOctets(field: string, ceiling: number, tag: number = TAG.bitString): Uint8Array {
    const { unusedBits, bytes } = this.bitString(field, ceiling, tag);
    if (unusedBits !== 0) throw this.error('bad_value', field, 'is not a whole number of octets');
    return bytes;
  }

  /**
   * A BIT STRING with named bits: the numbers of those set, lowest first. Trailing zero bits must be absent
   * (X.690 section 11.2.2).
   * @param tolerate called instead of throwing for trailing zero bits
   */
  namedBits(field: string, mostOctets: number, tag: number = TAG.bitString, tolerate?: () => void): number[] {
    const { unusedBits, bytes } = this.bitString(field, mostOctets, tag);
    const last = bytes[bytes.length - 1];
    if (last !== undefined && ((last >> unusedBits) & 1) === 0) {
      if (tolerate === undefined) throw this.error('not_canonical', field, 'has trailing zero bits');
      tolerate();
    }
    const set: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      if ((((bytes[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0) set.push(bit);
    }
    return set;
  }

  octetString(field: string, ceiling: number, tag: number = TAG.octetString): Uint8Array {
    return this.#contents(tag, field, ceiling);
  }

  null(field: string): void {
    this.#contents(TAG.null, field, 0);
  }

  /** OBJECT IDENTIFIER, dotted. */
  oid(field: string, tag: number = TAG.oid): string {
    const contents = this.#contents(tag, field, MAX_OID_OCTETS);
    return readOid(contents, `${this.#structure}.${field}`);
  }

  /** UTCTime or GeneralizedTime in the one form that RFC 5280 section 4.1.2.5 allows. */
  time(field: string): DerTime {
    const path = `${this.#structure}.${field}`;
    if (this.has(TAG.utcTime)) return readUtcTime(this.#contents(TAG.utcTime, field, 13), path);
    return readGeneralizedTime(this.#contents(TAG.generalizedTime, field, 15), path);
  }

  /** GeneralizedTime alone, as OCSP and CRL extensions have it. */
  generalizedTime(field: string, tag: number = TAG.generalizedTime): DerTime {
    return readGeneralizedTime(this.#contents(tag, field, 15), `${this.#structure}.${field}`);
  }

  /** A character string; `as` names the type where an implicit tag hides it. `ceiling` counts bytes. */
  string(field: string, ceiling: number, tag: number, as: number = tag): string {
    const contents = this.#contents(tag, field, ceiling);
    return readString(as, contents, `${this.#structure}.${field}`);
  }

  /** An error about a field of this structure, at the current offset. */
  error(code: FormatCode, field: string, problem: string, details: ErrorDetails = {}): FormatError {
    const path = `${this.#structure}.${field}`;
    return new FormatError(code, `${path} ${problem}`, {
      path,
      offset: this.#offset,
      ...details,
    });
  }

  #expect(tag: number, field: string): void {
    if (this.atEnd) throw this.error('truncated', field, 'is missing');
    const found = this.#bytes[this.#offset] ?? 0;
    if (found === tag) return;
    throw this.error('bad_value', field, 'has another tag', {
      expected: `tag 0x${tag.toString(16)}`,
      actual: `tag 0x${found.toString(16)}`,
    });
  }

  #contents(tag: number, field: string, ceiling: number): Uint8Array {
    this.#expect(tag, field);
    return this.#take(field, ceiling);
  }

  #take(field: string, ceiling: number): Uint8Array {
    const end = this.#header(field, ceiling);
    const contents = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return contents;
  }

  /** Consumes identifier and length; answers where the contents end. */
  #header(field: string, ceiling: number): number {
    const tag = this.#octet(field);
    if ((tag & 0x1f) === 0x1f) throw this.error('unsupported', field, 'tag number above 30');
    const length = this.#length(field);
    if (length > ceiling) {
      throw this.error('too_long', field, `claims ${length} bytes, more than ${ceiling}`, {
        expected: `at most ${ceiling} bytes`,
        actual: `${length} bytes`,
      });
    }
    if (length > this.#limit - this.#offset) {
      throw this.error('truncated', field, 'ends early', {
        expected: `${length} bytes`,
        actual: `${this.#limit - this.#offset} bytes`,
      });
    }
    return this.#offset + length;
  }

  #octet(field: string): number {
    const octet = this.#offset < this.#limit ? this.#bytes[this.#offset] : undefined;
    if (octet === undefined) throw this.error('truncated', field, 'ends inside its header');
    this.#offset += 1;
    return octet;
  }

  #length(field: string): number {
    const first = this.#octet(field);
    if (first < 0x80) return first;
    const octets = first & 0x7f;
    // 0x80 is the indefinite form of BER, which has no place in DER (X.690 section 10.1).
    if (octets === 0) throw this.error('not_canonical', field, 'has an indefinite length');
    if (octets > MAX_LENGTH_OCTETS) throw this.error('too_long', field, `has a length of ${octets} octets`);
    let length = 0;
    for (let index = 0; index < octets; index++) length = length * 256 + this.#octet(field);
    if (length < 0x80 || length < 256 ** (octets - 1)) {
      throw this.error('not_canonical', field, 'has a length in more octets than it needs');
    }
    return length;
  }

  #end(): void {
    if (this.atEnd) return;
    const left = this.#limit - this.#offset;
    throw new FormatError('trailing_data', `${this.#structure} is followed by ${left} more bytes`, {
      path: this.#structure,
      offset: this.#offset,
      expected: 'end of input',
      actual: `${left} bytes`,
    });
  }
}

/** The longest that any registry hands out is below 40; 2.25 arcs (UUIDs) take 20. */
const MAX_OID_OCTETS = 64;
