import { concatBytes } from './concat.ts';
import { FormatError } from './errors.ts';

const PURPOSE = /^[a-z][a-z0-9-]{0,62}$/;
const ENCODER = new TextEncoder();
/** Purposes are a few constants of the program: each prefix is encoded once. */
const PREFIXES = new Map<string, Uint8Array>();
const MAX_PREFIXES = 256;

/**
 * The input of every hash and signature of Sextant's own: `sextant/v1/<purpose>\0` and then what is hashed or signed,
 * so that a value made for one purpose never serves another.
 *
 * One part follows the prefix as it stands. Several parts merely concatenated would let a byte move from one to its
 * neighbour and leave the input the same (`ab` + `c` = `a` + `bc`), so from two on the prefix says how many there are
 * (`sextant/v1/<purpose>/<count>\0`) and each is preceded by its length as a big-endian u32. No two calls with
 * different arguments yield the same bytes.
 *
 * @param purpose lower-case letters, digits and hyphens, at most 63: it can hold neither the slash nor the NUL that
 *   end it
 * @throws FormatError `bad_value` for a purpose outside that alphabet, or without any part
 */
export function domain(purpose: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  requirePurpose(purpose);
  const [only] = parts;
  if (only === undefined) {
    throw new FormatError('bad_value', `nothing to separate for ${purpose}`, { path: 'parts' });
  }
  if (parts.length === 1) return concatBytes([prefixOf(purpose), only]);
  const prefix = prefixOf(`${purpose}/${parts.length}`);
  return concatBytes([prefix, ...parts.flatMap((part) => [u32be(part.length), part])]);
}

/**
 * {@link domain} of one part that is text, as text: in UTF-8 the same bytes, for hashes that take text as it stands.
 *
 * @throws FormatError `bad_value` for a purpose outside its alphabet, and for a lone surrogate, which no UTF-8 has
 */
export function domainText(purpose: string, text: string): string {
  requirePurpose(purpose);
  if (text.isWellFormed()) return `sextant/v1/${purpose}\0${text}`;
  throw new FormatError('bad_value', `${purpose} holds a lone surrogate`, { path: purpose });
}

/** Purposes are constants of the program: each is looked at once, as long as they are few. */
const PURPOSES = new Set<string>();

function requirePurpose(purpose: string): void {
  if (PURPOSES.has(purpose)) return;
  if (!PURPOSE.test(purpose)) {
    throw new FormatError('bad_value', 'a purpose is lower-case letters, digits and hyphens', {
      path: 'purpose',
      actual: purpose,
    });
  }
  if (PURPOSES.size < MAX_PREFIXES) PURPOSES.add(purpose);
}

function prefixOf(name: string): Uint8Array {
  const known = PREFIXES.get(name);
  if (known !== undefined) return known;
  const prefix = ENCODER.encode(`sextant/v1/${name}\0`);
  if (PREFIXES.size < MAX_PREFIXES) PREFIXES.set(name, prefix);
  return prefix;
}

function u32be(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
