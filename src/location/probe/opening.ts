import { FormatError } from '../../bytes/errors.ts';
import { bodyOf, MESSAGE, REFUSALS, type RefusalReason } from './messages.ts';
import { ownBytes } from './signed.ts';
import { ByteWriter, PROBE_VERSION } from './wire.ts';

/**
 * The first exchange, before a landmark keeps anything: open and cookie. `open` is padded with zeros so that neither a
 * cookie nor a refusal is longer than what it answers: a landmark multiplies nobody's traffic.
 */
export const TOKEN_BYTES = 16;
/** When it was made, in seconds, and a MAC: only the landmark reads it. */
export const COOKIE_BYTES = 24;
const OPEN_BYTES = 64;

/** @param token chosen by the host: it comes back in the answer, so nobody off the path can forge one */
export function encodeOpen(token: Uint8Array): Uint8Array<ArrayBuffer> {
  const padding = new Uint8Array(OPEN_BYTES - 2 - TOKEN_BYTES);
  return new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(MESSAGE.open)
    .fixed(token, TOKEN_BYTES, 'open.token')
    .bytes(padding)
    .toBytes();
}

/** The token. @throws FormatError `truncated`, `trailing_data`, `reserved_not_zero` */
export function parseOpen(datagram: Uint8Array): Uint8Array {
  const cursor = bodyOf(ownBytes(datagram, 'open'), 'open');
  const token = cursor.take(TOKEN_BYTES, 'token');
  const padding = cursor.take(OPEN_BYTES - 2 - TOKEN_BYTES, 'padding');
  cursor.end();
  if (padding.some((byte) => byte !== 0)) {
    throw new FormatError('reserved_not_zero', 'open.padding is not zero', { path: 'open.padding' });
  }
  return token;
}

export function encodeCookie(token: Uint8Array, cookie: Uint8Array): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(MESSAGE.cookie)
    .fixed(token, TOKEN_BYTES, 'cookie.token')
    .fixed(cookie, COOKIE_BYTES, 'cookie.cookie')
    .toBytes();
}

/** @throws FormatError `truncated`, `trailing_data` */
export function parseCookie(datagram: Uint8Array): {
  readonly token: Uint8Array;
  readonly cookie: Uint8Array;
} {
  const cursor = bodyOf(ownBytes(datagram, 'cookie'), 'cookie');
  const token = cursor.take(TOKEN_BYTES, 'token');
  const cookie = cursor.take(COOKIE_BYTES, 'cookie');
  cursor.end();
  return { token, cookie };
}

export function encodeRefusal(token: Uint8Array, reason: RefusalReason): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(MESSAGE.refusal)
    .fixed(token, TOKEN_BYTES, 'refusal.token')
    .u8(REFUSALS.indexOf(reason) + 1)
    .toBytes();
}

/** @throws FormatError `truncated`, `trailing_data`, `bad_value` */
export function parseRefusal(datagram: Uint8Array): {
  readonly token: Uint8Array;
  readonly reason: RefusalReason;
} {
  const cursor = bodyOf(ownBytes(datagram, 'refusal'), 'refusal');
  const token = cursor.take(TOKEN_BYTES, 'token');
  const code = cursor.u8('reason');
  const reason = REFUSALS[code - 1];
  if (reason === undefined) throw cursor.bad('reason', `1 to ${REFUSALS.length}`, String(code));
  cursor.end();
  return { token, reason };
}
