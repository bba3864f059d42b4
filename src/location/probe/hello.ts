import { createHmac, hash, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { Cursor } from '../../bytes/cursor.ts';
import { domain } from '../../bytes/domain.ts';
import type { ProbeContext, ProbeKeys } from './keys.ts';
import { bodyOf, MESSAGE } from './messages.ts';
import { COOKIE_BYTES, TOKEN_BYTES } from './opening.ts';
import { MAX_PERMIT_BYTES } from './permit.ts';
import { ownBytes, readSigned, type Signed, signatureHolds, signBytes } from './signed.ts';
import { ByteWriter, KEY_BYTES, PROBE_VERSION, readHeader, SIGNATURE_BYTES } from './wire.ts';

const HELLO_PURPOSE = 'probe-hello';

/** The second exchange: hello, welcome, ready. Untimed, and each may be sent again until the next one comes. */
export type Hello = {
  readonly cookie: Uint8Array;
  readonly token: Uint8Array;
  readonly permit: Uint8Array;
};

/** @param hostKey the private half of the permit's `hostKey`: whoever merely saw the permit cannot spend it */
export function signHello({ cookie, token, permit }: Hello, hostKey: KeyObject): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(MESSAGE.hello)
    .fixed(cookie, COOKIE_BYTES, 'hello.cookie')
    .fixed(token, TOKEN_BYTES, 'hello.token')
    .u16(permit.length)
    .bytes(permit);
  return signBytes(HELLO_PURPOSE, writer.toBytes(), hostKey);
}

/** @throws FormatError `truncated`, `trailing_data`, `too_long`, `bad_value`, `unsupported` */
export function parseHello(datagram: Uint8Array): Signed<Hello> {
  return readSigned(new Cursor(ownBytes(datagram, 'hello'), 'hello'), (cursor) => {
    readHeader(cursor, MESSAGE.hello);
    const cookie = cursor.take(COOKIE_BYTES, 'cookie');
    const token = cursor.take(TOKEN_BYTES, 'token');
    return { cookie, token, permit: cursor.sized16be('permit', MAX_PERMIT_BYTES) };
  });
}

export function helloHolds(hello: Signed<Hello>, hostKey: KeyObject): boolean {
  return signatureHolds(HELLO_PURPOSE, hello, hostKey);
}

/** The landmark's half. The signature covers the hello, and with it permit, cookie and token. */
export type Welcome = {
  readonly session: Uint8Array;
  readonly exchangeKey: Uint8Array;
  readonly signature: Uint8Array;
};

function welcomeInput(
  { session, landmark }: ProbeContext,
  exchangeKey: Uint8Array,
  hello: Uint8Array,
): Uint8Array {
  const digest = new Uint8Array(hash('sha256', hello, 'buffer'));
  return domain('probe-welcome', concatBytes([session, landmark, exchangeKey, digest]));
}

/**
 * @param exchangeKey the landmark's X25519 public key, made for this measurement alone
 * @param hello the datagram that it answers
 */
export function signWelcome(
  context: ProbeContext,
  exchangeKey: Uint8Array,
  hello: Uint8Array,
  landmarkKey: KeyObject,
): Uint8Array<ArrayBuffer> {
  return new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(MESSAGE.welcome)
    .fixed(context.session, KEY_BYTES, 'welcome.session')
    .fixed(exchangeKey, KEY_BYTES, 'welcome.exchangeKey')
    .bytes(sign(null, welcomeInput(context, exchangeKey, hello), landmarkKey))
    .toBytes();
}

/** @throws FormatError `truncated`, `trailing_data` */
export function parseWelcome(datagram: Uint8Array): Welcome {
  const cursor = bodyOf(ownBytes(datagram, 'welcome'), 'welcome');
  const session = cursor.take(KEY_BYTES, 'session');
  const exchangeKey = cursor.take(KEY_BYTES, 'exchangeKey');
  const signature = cursor.take(SIGNATURE_BYTES, 'signature');
  cursor.end();
  return { session, exchangeKey, signature };
}

/** @param landmarkKey the key that the permit pins: an answer by any other is not the landmark's, whatever its address */
export function welcomeHolds(
  { exchangeKey, signature }: Welcome,
  context: ProbeContext,
  hello: Uint8Array,
  landmarkKey: KeyObject,
): boolean {
  return verify(null, welcomeInput(context, exchangeKey, hello), landmarkKey, signature);
}

/** MAC of an untimed message, by the key of the untimed ones. */
export function untimedMac(keys: ProbeKeys, purpose: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', keys.untimed).update(domain(purpose, bytes)).digest());
}

/** A message that both sides can tell to be the other's: its bytes, and their MAC behind them. */
export function sealUntimed(keys: ProbeKeys, purpose: string, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes([bytes, untimedMac(keys, purpose, bytes)]);
}

/** Whether the last 32 bytes are that MAC of the ones before. */
export function untimedHolds(keys: ProbeKeys, purpose: string, datagram: Uint8Array): boolean {
  if (datagram.length < KEY_BYTES) return false;
  const [body, mac] = [datagram.subarray(0, -KEY_BYTES), datagram.subarray(-KEY_BYTES)];
  return timingSafeEqual(mac, untimedMac(keys, purpose, body));
}

const READY_PURPOSE = 'probe-ready';

export function sealReady({ session }: ProbeContext, keys: ProbeKeys): Uint8Array<ArrayBuffer> {
  const body = new ByteWriter().u8(PROBE_VERSION).u8(MESSAGE.ready).bytes(session).toBytes();
  return sealUntimed(keys, READY_PURPOSE, body);
}

/** Whether the host has the key. */
export function readyHolds(datagram: Uint8Array, context: ProbeContext, keys: ProbeKeys): boolean {
  const expected = sealReady(context, keys);
  return datagram.length === expected.length && timingSafeEqual(datagram, expected);
}
