import { type CborKey, CborTag, type CborValue } from './cbor.ts';
import { concatBytes } from './concat.ts';
import { FormatError } from './errors.ts';
import { toUtf8 } from './text.ts';

const MAX_DEPTH = 64;

/**
 * Core deterministic encoding (RFC 8949, section 4.2.1) of the values that `parseCbor` reads: shortest heads, definite
 * lengths, map keys in the bytewise order of their encodings.
 *
 * @throws FormatError `bad_value` for a number that is no safe integer (a bigint says that a large one is meant), an
 *   integer beyond 64 bits or a lone surrogate; `duplicate` for the same key as number and bigint; `budget_exceeded`
 *   beyond 64 levels
 */
export function encodeCbor(value: CborValue): Uint8Array {
  const pieces: Uint8Array[] = [];
  write(value, pieces, 0);
  return concatBytes(pieces);
}

function write(value: CborValue, out: Uint8Array[], depth: number): void {
  if (depth > MAX_DEPTH) {
    throw new FormatError('budget_exceeded', `CBOR deeper than ${MAX_DEPTH} levels`, { path: 'cbor' });
  }
  if (value === false) out.push(new Uint8Array([0xf4]));
  else if (value === true) out.push(new Uint8Array([0xf5]));
  else if (value === null) out.push(new Uint8Array([0xf6]));
  else if (value === undefined) out.push(new Uint8Array([0xf7]));
  else if (typeof value === 'number' || typeof value === 'bigint') out.push(integer(value));
  else if (typeof value === 'string') {
    const text = toUtf8(value, 'cbor.text');
    out.push(head(3, BigInt(text.length)), text);
  } else if (value instanceof Uint8Array) out.push(head(2, BigInt(value.length)), value);
  else if (value instanceof CborTag) {
    out.push(head(6, BigInt(value.tag)));
    write(value.content, out, depth + 1);
  } else if (value instanceof Map) writeMap(value, out, depth);
  else if (isArray(value)) {
    out.push(head(4, BigInt(value.length)));
    for (const item of value) write(item, out, depth + 1);
  } else throw new FormatError('bad_value', 'a value that has no CBOR here', { path: 'cbor' });
}

function writeMap(map: ReadonlyMap<CborKey, CborValue>, out: Uint8Array[], depth: number): void {
  out.push(head(5, BigInt(map.size)));
  const entries = [...map].map(([key, value]) => ({ key: encodeCbor(key), value }));
  entries.sort((a, b) => Buffer.compare(a.key, b.key));
  for (const [index, { key, value }] of entries.entries()) {
    const previous = entries[index - 1];
    if (previous !== undefined && Buffer.compare(previous.key, key) === 0) {
      throw new FormatError('duplicate', 'the same CBOR map key as number and bigint', { path: 'cbor' });
    }
    out.push(key);
    write(value, out, depth + 1);
  }
}

function integer(value: number | bigint): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new FormatError('bad_value', `${value} is not an integer that a double holds`, { path: 'cbor' });
  }
  const wide = BigInt(value);
  return wide >= 0n ? head(0, wide) : head(1, -1n - wide);
}

/** The head of an item (section 3), always the shortest. */
function head(major: number, argument: bigint): Uint8Array {
  const high = major << 5;
  if (argument < 0n || argument > 0xffff_ffff_ffff_ffffn) {
    throw new FormatError('bad_value', `${argument} does not fit in 64 bits`, { path: 'cbor' });
  }
  if (argument < 24n) return new Uint8Array([high | Number(argument)]);
  const bytes = new Uint8Array(
    argument < 0x100n ? 2 : argument < 0x10000n ? 3 : argument < 0x1_0000_0000n ? 5 : 9,
  );
  const view = new DataView(bytes.buffer);
  bytes[0] = high | (24 + Math.log2(bytes.length - 1));
  if (bytes.length === 2) view.setUint8(1, Number(argument));
  else if (bytes.length === 3) view.setUint16(1, Number(argument));
  else if (bytes.length === 5) view.setUint32(1, Number(argument));
  else view.setBigUint64(1, argument);
  return bytes;
}

function isArray(value: unknown): value is readonly CborValue[] {
  return Array.isArray(value);
}
