import { FormatError } from './errors.ts';
import { fromUtf8 } from './text.ts';

const BEGIN = /^-----BEGIN ([A-Z0-9](?:[ -]?[A-Z0-9])*)-----$/;
const BASE64_LINE = /^[A-Za-z0-9+/]{1,76}={0,2}$/;

export type PemOptions = {
  /** The only label accepted, e.g. `CERTIFICATE`. */
  readonly label: string;
  /** Blocks with another label: an error unless `skip`, for bundles that hold keys, CRLs and certificates side by side. */
  readonly others?: 'refuse' | 'skip';
  /** Ceiling of the whole text; 1 MiB unless given. The longest honest bundles (vendor chains, CRLs) hold less. */
  readonly maxBytes?: number;
  /** Ceiling of the number of blocks; 64 unless given. */
  readonly maxBlocks?: number;
};

/**
 * The contents of one or more PEM blocks (RFC 7468), in order.
 *
 * Read: LF, CRLF or CR; base64 lines of at most 76 characters (generators write 64, section 2; parsers may take others);
 * explanatory text outside blocks (section 5.2), as vendor bundles have it. Refused: any other label unless asked to skip it, a line outside a
 * block that begins with five hyphens yet is no BEGIN line (a damaged block must not vanish as a comment), headers inside
 * a block (RFC 1421), white space at line ends, blank lines inside a block, base64 that is not canonical, an empty block,
 * and a text without any block. The contents are not looked into.
 *
 * @throws FormatError `bad_value`, `not_canonical`, `truncated`, `too_long`, `budget_exceeded`
 */
export function parsePem(input: string | Uint8Array, options: PemOptions): Uint8Array[] {
  const { label, others = 'refuse', maxBytes = 1 << 20, maxBlocks = 64 } = options;
  if (!(input.length <= maxBytes)) {
    throw new FormatError('too_long', `PEM of ${input.length} bytes is longer than ${maxBytes}`, {
      path: 'pem',
      expected: `at most ${maxBytes} bytes`,
      actual: `${input.length} bytes`,
    });
  }
  const text = (typeof input === 'string' ? input : fromUtf8(input, 'pem')).replace(/(?:\r\n|\n|\r)$/, '');
  const blocks: Uint8Array[] = [];
  let base64: string[] | undefined;
  let passing: string | undefined;
  const end = `-----END ${label}-----`;
  const lines = text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (passing !== undefined) {
      if (line === `-----END ${passing}-----`) passing = undefined;
      else if (!BASE64_LINE.test(line)) throw bad(index, 'a line of base64', line);
    } else if (base64 === undefined) {
      if (!line.startsWith('-----')) continue;
      const begun = BEGIN.exec(line)?.[1];
      if (others === 'skip' && begun !== undefined && begun !== label) {
        passing = begun;
        continue;
      }
      requireLabel(begun, label, index);
      base64 = [];
    } else if (line === end) {
      blocks.push(decode(base64.join(''), index));
      base64 = undefined;
      if (blocks.length > maxBlocks) {
        throw new FormatError('budget_exceeded', `more than ${maxBlocks} PEM blocks`, { path: 'pem' });
      }
    } else {
      if (!BASE64_LINE.test(line)) throw bad(index, 'a line of base64', line);
      base64.push(line);
    }
  }
  if (base64 !== undefined || passing !== undefined)
    throw new FormatError('truncated', 'PEM block has no end', { path: 'pem' });
  if (blocks.length === 0) throw new FormatError('bad_value', `no ${label} in PEM`, { path: 'pem' });
  return blocks;
}

/** One PEM block as RFC 7468, section 2, has generators write it: lines of 64 characters, ending in LF. */
export function formatPem(label: string, contents: Uint8Array): string {
  const base64 = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function requireLabel(actual: string | undefined, label: string, index: number): void {
  if (actual !== label) throw bad(index, `-----BEGIN ${label}-----`, actual ?? 'a damaged boundary');
}

function decode(base64: string, index: number): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  // Padding in the middle, missing padding and trailing bits all show as a different text on the way back.
  if (bytes.length === 0 || bytes.toString('base64') !== base64) {
    throw new FormatError('not_canonical', `PEM block ending at line ${index + 1} is not canonical base64`, {
      path: `pem.line[${index + 1}]`,
    });
  }
  return new Uint8Array(bytes);
}

function bad(index: number, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `line ${index + 1} of PEM is not ${expected}`, {
    path: `pem.line[${index + 1}]`,
    expected,
    actual: actual.slice(0, 80),
  });
}
