import { FormatError } from './errors.ts';

/** POSIX.1-1988 ustar (IEEE Std 1003.1, pax, "ustar Interchange Format"): regular files alone. */
const BLOCK = 512;
const MAX_NAME = 100;
const MAX_PREFIX = 155;
/** Eleven octal digits. */
const MAX_BYTES = 8 ** 11 - 1;

export type ArchivedFile = {
  /** Relative, `/` between its parts, ASCII. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isProgram?: boolean;
};

/**
 * Files as a tar archive that is the same for the same files, whoever makes it and when: sorted by path, of nobody (0:0), of the first second of
 * 1970, mode 0644 or 0755. Yields header, content and padding, so that no archive is held whole.
 *
 * @throws FormatError `bad_value` for a path that is absolute, empty, goes up, or is not ASCII; `too_long` for one that ustar cannot hold, and for a file of
 *   8 GiB; `duplicate` for a path that occurs twice
 */
export function* ustar(files: Iterable<ArchivedFile>): Generator<Uint8Array> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const [place, { path, bytes, isProgram = false }] of sorted.entries()) {
    if (sorted[place + 1]?.path === path)
      throw new FormatError('duplicate', 'a file is in the archive twice', { path });
    yield headerOf(path, bytes.length, isProgram ? 0o755 : 0o644);
    yield bytes;
    yield new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

function headerOf(path: string, size: number, mode: number): Uint8Array {
  if (size > MAX_BYTES) throw new FormatError('too_long', 'more than ustar can count', { path });
  const [prefix, name] = partsOf(path);
  const header = new Uint8Array(BLOCK);
  const put = (offset: number, text: string): void =>
    header.set(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      offset,
    );
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  put(0, name);
  put(100, octal(mode, 7));
  put(108, octal(0, 7));
  put(116, octal(0, 7));
  put(124, octal(size, 11));
  put(136, octal(0, 11));
  put(156, '0');
  put(257, 'ustar\0' + '00');
  put(329, octal(0, 7));
  put(337, octal(0, 7));
  put(345, prefix);
  // The sum of all bytes, its own eight taken as blanks.
  const sum = header.reduce((all, byte) => all + byte, 8 * 0x20);
  put(148, `${octal(sum, 6)}\0 `);
  return header;
}

/** Prefix and name, parted at the first slash that leaves both short enough. */
function partsOf(path: string): readonly [prefix: string, name: string] {
  const steps = path.split('/');
  const isPath =
    /^[\x20-\x7e]+$/.test(path) && steps.every((step) => step !== '' && step !== '.' && step !== '..');
  if (!isPath) throw new FormatError('bad_value', 'no relative path in ASCII', { path });
  if (path.length <= MAX_NAME) return ['', path];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    if (at <= MAX_PREFIX && path.length - at - 1 <= MAX_NAME) return [path.slice(0, at), path.slice(at + 1)];
  }
  throw new FormatError('too_long', 'ustar holds no path like this', { path });
}
