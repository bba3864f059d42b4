import { concatBytes } from '../../bytes/concat.ts';
import type { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8, toUtf8 } from '../../bytes/text.ts';

/** The one version of the probe protocol; every message and every signed document begins with it. */
export const PROBE_VERSION = 1;

/**
 * No message is longer: it fits, with its UDP and IPv6 headers, into the 1280 bytes that every IPv6 link carries whole
 * (RFC 8200, 5), so nothing is ever fragmented.
 */
export const MAX_DATAGRAM_BYTES = 1232;

/** SHA-256 digests, X25519 and Ed25519 public keys, probe nonces and tags. */
export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** A permit asks for no more: RTTs of all rounds still fit into one datagram with the rest of a receipt. */
export const MAX_ROUNDS = 128;

const MAX_IDENTIFIER_BYTES = 64;
export const MAX_ISSUER_BYTES = 255;
/** Visible ASCII: an identifier reads the same for everybody, and breaks no log line. */
const VISIBLE = /^[\x21-\x7e]*$/;

/** Big-endian integers and length-prefixed text, the counterpart of `Cursor`. Never shortens a value without a word. */
export class ByteWriter {
  readonly #pieces: Uint8Array[] = [];

  u8(value: number): this {
    return this.#integer(value, 1);
  }

  u16(value: number): this {
    return this.#integer(value, 2);
  }

  u32(value: number): this {
    return this.#integer(value, 4);
  }

  i32(value: number): this {
    if (!(value >= -0x8000_0000 && value <= 0x7fff_ffff)) throw outOfRange(value, 4);
    return this.#integer(value < 0 ? value + 0x1_0000_0000 : value, 4);
  }

  /** Milliseconds since the epoch and other integers up to 2^53 - 1, in eight bytes. */
  u64(value: number): this {
    return this.#integer(value, 8);
  }

  bytes(value: Uint8Array): this {
    this.#pieces.push(value);
    return this;
  }

  /** @throws FormatError `bad_value` for another length: fixed fields have no length of their own to say so */
  fixed(value: Uint8Array, length: number, field: string): this {
    if (value.length === length) return this.bytes(value);
    throw new FormatError('bad_value', `${field} has ${value.length} bytes, not ${length}`, {
      path: field,
      expected: `${length} bytes`,
      actual: `${value.length} bytes`,
    });
  }

  /** A length in one byte, and visible ASCII. @throws FormatError `bad_value`, `too_long` */
  text(value: string, field: string, { max = MAX_IDENTIFIER_BYTES, min = 1 } = {}): this {
    const bytes = toUtf8(value, field);
    requireVisible(value, field);
    if (bytes.length < min) throw new FormatError('bad_value', `${field} is empty`, { path: field });
    if (bytes.length > max) {
      throw new FormatError('too_long', `${field} has ${bytes.length} bytes, more than ${max}`, {
        path: field,
        expected: `at most ${max} bytes`,
        actual: `${bytes.length} bytes`,
      });
    }
    return this.u8(bytes.length).bytes(bytes);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.#pieces);
  }

  #integer(value: number, width: number): this {
    const limit = width === 8 ? Number.MAX_SAFE_INTEGER : 2 ** (8 * width) - 1;
    if (!(Number.isSafeInteger(value) && value >= 0 && value <= limit)) throw outOfRange(value, width);
    const bytes = new Uint8Array(width);
    const view = new DataView(bytes.buffer);
    if (width === 8) view.setBigUint64(0, BigInt(value));
    else if (width === 4) view.setUint32(0, value);
    else if (width === 2) view.setUint16(0, value);
    else bytes[0] = value;
    return this.bytes(bytes);
  }
}

function outOfRange(value: number, width: number): FormatError {
  return new FormatError('bad_value', `${value} is no integer of ${width} bytes`, {
    path: 'integer',
    actual: String(value),
  });
}

/** @throws FormatError `truncated`, `too_long`, `bad_value` */
export function readText(
  cursor: Cursor,
  field: string,
  { max = MAX_IDENTIFIER_BYTES, min = 1 } = {},
): string {
  const length = cursor.u8(`${field}.size`);
  if (length > max) {
    throw new FormatError('too_long', `${field} claims ${length} bytes, more than ${max}`, {
      path: field,
      offset: cursor.offset,
      expected: `at most ${max} bytes`,
      actual: `${length} bytes`,
    });
  }
  if (length < min) throw cursor.bad(field, `at least ${min} bytes`, `${length} bytes`);
  const text = fromUtf8(cursor.take(length, field), field);
  requireVisible(text, field);
  return text;
}

/** An instant as milliseconds since the epoch, no later than the year 9999. */
export function readInstant(cursor: Cursor, field: string): Date {
  const ms = cursor.u64be(field);
  if (ms > 253_402_300_799_999n) throw cursor.bad(field, 'an instant before the year 10000', `${ms} ms`);
  return new Date(Number(ms));
}

/** The first two bytes of everything: the protocol's version, and what follows. */
export function readHeader(cursor: Cursor, kind: number): void {
  const version = cursor.u8('version');
  if (version !== PROBE_VERSION) throw cursor.unsupported('version', String(PROBE_VERSION), String(version));
  const actual = cursor.u8('kind');
  if (actual !== kind) throw cursor.bad('kind', String(kind), String(actual));
}

function requireVisible(text: string, field: string): void {
  if (VISIBLE.test(text)) return;
  throw new FormatError('bad_value', `${field} holds other than visible ASCII`, { path: field });
}
