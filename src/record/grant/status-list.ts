import { deflateSync, inflateSync } from 'node:zlib';
import { FormatError } from '../../bytes/errors.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import {
  GRANT_STATUS,
  type GrantStatus,
  STATUS_BITS,
  type StatusListClaims,
  statusListClaims,
} from '../../protocol/grant.ts';
import { type Jws, parseJws, readClaims } from './jws.ts';

const PER_BYTE = 8 / STATUS_BITS;
const MASK = 2 ** STATUS_BITS - 1;
/** Four million statuses: far beyond any list of ours. A longer one is a bomb. */
const MAX_LIST_BYTES = 1 << 20;
const MAX_TOKEN_CHARACTERS = 4 << 20;

export type ParsedStatusList = {
  readonly claims: StatusListClaims;
  readonly statuses: Uint8Array;
  readonly jws: Jws;
  readonly kid: string;
};

/**
 * The `lst` of a list (draft-ietf-oauth-status-list, 4.1): two bits a status, the first in the lowest bits of the first byte,
 * compressed by zlib (RFC 1950).
 *
 * @param size statuses in all; those that are not named are valid
 */
export function encodeStatusList(
  size: number,
  statuses: Iterable<readonly [index: number, status: GrantStatus]>,
): string {
  const bytes = new Uint8Array(Math.ceil(size / PER_BYTE));
  for (const [index, status] of statuses) {
    const place = Math.floor(index / PER_BYTE);
    const shift = (index % PER_BYTE) * STATUS_BITS;
    bytes[place] = ((bytes[place] ?? 0) & ~(MASK << shift)) | (GRANT_STATUS[status] << shift);
  }
  return toBase64Url(deflateSync(bytes));
}

/** @throws FormatError `bad_value`, `not_canonical`, `too_long`, `trailing_data` */
export function decodeStatusList(lst: string): Uint8Array {
  const compressed = fromBase64Url(lst, 'status_list.lst');
  const { buffer, engine } = inflate(compressed);
  if (engine.bytesWritten === compressed.length) return buffer;
  throw new FormatError('trailing_data', 'bytes follow behind the compressed statuses', {
    path: 'status_list.lst',
    expected: `${engine.bytesWritten} bytes`,
    actual: `${compressed.length} bytes`,
  });
}

/** The word for the status at an index; null where the list is too short, or the status is nobody's. */
export function statusAt(statuses: Uint8Array, index: number): GrantStatus | null {
  const byte = statuses[Math.floor(index / PER_BYTE)];
  if (byte === undefined) return null;
  const value = (byte >> ((index % PER_BYTE) * STATUS_BITS)) & MASK;
  const [word = null] = Object.entries(GRANT_STATUS).flatMap(([name, of]) => (of === value ? [name] : []));
  return word as GrantStatus | null; // a key of the table just looked through
}

/**
 * Reads a status list token. Unproven afterwards: everything that it says.
 * @throws FormatError `bad_value`, `too_long`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported`, `trailing_data`
 */
export function parseStatusList(token: string): ParsedStatusList {
  const limits = { path: 'statusList', maxBytes: MAX_TOKEN_CHARACTERS, maxNodes: 64 };
  const jws = parseJws(token, 'kid', limits);
  const claims = readClaims(statusListClaims, jws.payload, 'statusList');
  return { claims, statuses: decodeStatusList(claims.status_list.lst), jws, kid: String(jws.header['kid']) };
}

type Inflated = { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } };

function inflate(compressed: Uint8Array): Inflated {
  try {
    // With `info` the answer is both; the types of Node know the buffer alone.
    return inflateSync(compressed, { maxOutputLength: MAX_LIST_BYTES, info: true }) as unknown as Inflated; // see above
  } catch (cause) {
    const isLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw new FormatError(isLong ? 'too_long' : 'bad_value', 'the statuses are not zlib of at most 1 MiB', {
      path: 'status_list.lst',
      cause,
    });
  }
}
