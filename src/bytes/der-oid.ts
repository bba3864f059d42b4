import { FormatError } from './errors.ts';

const cache = new Map<string, string>();

/** Bounds the cache: certificates use a few dozen object identifiers, and an attacker can invent any number. */
const MAX_CACHED = 512;

/**
 * The dotted form of an OBJECT IDENTIFIER's contents (X.690 section 8.19).
 *
 * Every subidentifier is in its shortest form: a leading 0x80 would let one identifier have many encodings, and so
 * hide an extension from a comparison of bytes.
 */
export function readOid(contents: Uint8Array, path: string): string {
  const key = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength).toString('latin1');
  const known = cache.get(key);
  if (known !== undefined) return known;
  const dotted = decode(contents, path);
  if (cache.size < MAX_CACHED) cache.set(key, dotted);
  return dotted;
}

function decode(contents: Uint8Array, path: string): string {
  if (contents.length === 0) throw new FormatError('bad_value', `${path} is an empty identifier`, { path });
  const arcs: bigint[] = [];
  let arc = 0n;
  let started = false;
  for (const octet of contents) {
    if (!started && octet === 0x80) {
      throw new FormatError('not_canonical', `${path} has a padded subidentifier`, { path });
    }
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    started = octet >= 0x80;
    if (started) continue;
    arcs.push(arc);
    arc = 0n;
  }
  if (started) throw new FormatError('truncated', `${path} ends inside a subidentifier`, { path });
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** The contents of an OBJECT IDENTIFIER from its dotted form. Throws FormatError `bad_value`. */
export function writeOid(dotted: string): Uint8Array {
  if (!/^[0-2](?:\.(?:0|[1-9][0-9]*))+$/.test(dotted)) {
    throw new FormatError('bad_value', `${dotted} is not an object identifier`);
  }
  const [root = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  if (root < 2n && second >= 40n) {
    throw new FormatError('bad_value', `${dotted} has no encoding: its second arc exceeds 39`);
  }
  return new Uint8Array([root * 40n + second, ...rest].flatMap(subidentifier));
}

function subidentifier(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)];
  for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80);
  return octets;
}
