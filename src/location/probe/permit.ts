import type { KeyObject } from 'node:crypto';
import { Cursor } from '../../bytes/cursor.ts';
import { type Endpoint, readEndpoint, writeEndpoint } from './endpoint.ts';
import { keyIdOf, rawPublicKey } from './keys.ts';
import { ownBytes, readSigned, type Signed, signBytes } from './signed.ts';
import {
  ByteWriter,
  KEY_BYTES,
  MAX_ISSUER_BYTES,
  MAX_ROUNDS,
  PROBE_VERSION,
  readHeader,
  readInstant,
  readText,
} from './wire.ts';

/** What a verifier's `permit` key signs: `sextant/v1/probe-permit\0`. */
export const PERMIT_PURPOSE = 'probe-permit';
const KIND = 0x50;
const MAX_ADDRESSES = 4;

/** Fewer rounds leave the minimum to chance; bursts apart see different queues. */
export const MIN_ROUNDS = 20;
export const MIN_BURSTS = 3;
/** A permit that lived longer could be carried to where the host is not any more. */
export const MAX_PERMIT_LIFETIME_MS = 60_000;
/** A longer permit would leave no room in the one datagram that carries it. */
export const MAX_PERMIT_BYTES = 1024;

/** A verifier's leave for one host to be measured by one landmark, once. Identifiers are 1 to 64 bytes of visible ASCII. */
export type Permit = {
  /** The verifier, as landmarks trust it; at most 255 bytes. */
  readonly issuer: string;
  /** Unique for the issuer: a landmark measures for it once. */
  readonly jti: string;
  readonly sessionId: string;
  readonly hostId: string;
  /** The attested Ed25519 key, 32 bytes: it signs the transcript. */
  readonly hostKey: Uint8Array;
  /** The attested X25519 key, 32 bytes: whoever answers in time holds it. */
  readonly exchangeKey: Uint8Array;
  /** Where the host is said to stand; null where nobody said. */
  readonly facilityId: string | null;
  readonly landmarkId: string;
  /** The landmark's Ed25519 key, 32 bytes: the host speaks with no other. */
  readonly landmarkKey: Uint8Array;
  /** One to four, in the order in which the host tries them. */
  readonly addresses: readonly Endpoint[];
  readonly rounds: number;
  readonly bursts: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly policyVersion: string;
};

/** As a permit stands on the wire: with the id of the key that should have signed it. */
export type PermitDocument = { readonly keyId: Uint8Array; readonly permit: Permit };

/**
 * Signs a permit: the verifier's half. Whether its figures are within bounds is asked by {@link verifyPermit}.
 * @throws FormatError `bad_value`, `too_long` for what the wire cannot carry
 */
export function signPermit(permit: Permit, key: KeyObject): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(KIND)
    .bytes(keyIdOf(rawPublicKey(key)))
    .text(permit.issuer, 'issuer', { max: MAX_ISSUER_BYTES })
    .text(permit.jti, 'jti')
    .text(permit.sessionId, 'sessionId')
    .text(permit.hostId, 'hostId')
    .fixed(permit.hostKey, KEY_BYTES, 'hostKey')
    .fixed(permit.exchangeKey, KEY_BYTES, 'exchangeKey')
    .text(permit.facilityId ?? '', 'facilityId', { min: permit.facilityId === null ? 0 : 1 })
    .text(permit.landmarkId, 'landmarkId')
    .fixed(permit.landmarkKey, KEY_BYTES, 'landmarkKey')
    .u8(permit.addresses.length);
  for (const [index, address] of permit.addresses.entries()) {
    writeEndpoint(writer, address, `addresses[${index}]`);
  }
  writer
    .u16(permit.rounds)
    .u8(permit.bursts)
    .u64(permit.issuedAt.getTime())
    .u64(permit.expiresAt.getTime())
    .text(permit.policyVersion, 'policyVersion');
  const bytes = signBytes(PERMIT_PURPOSE, writer.toBytes(), key);
  parsePermit(bytes);
  return bytes;
}

/**
 * Reads a permit. Nothing about it is verified: see {@link verifyPermit}.
 * @throws FormatError `truncated`, `trailing_data`, `too_long`, `bad_value`, `unsupported`
 */
export function parsePermit(bytes: Uint8Array): Signed<PermitDocument> {
  return readSigned(new Cursor(ownBytes(bytes, 'permit', MAX_PERMIT_BYTES), 'permit'), readPermit);
}

function readPermit(cursor: Cursor): PermitDocument {
  readHeader(cursor, KIND);
  const keyId = cursor.take(KEY_BYTES, 'keyId');
  const permit = {
    issuer: readText(cursor, 'issuer', { max: MAX_ISSUER_BYTES }),
    jti: readText(cursor, 'jti'),
    sessionId: readText(cursor, 'sessionId'),
    hostId: readText(cursor, 'hostId'),
    hostKey: cursor.take(KEY_BYTES, 'hostKey'),
    exchangeKey: cursor.take(KEY_BYTES, 'exchangeKey'),
    facilityId: readText(cursor, 'facilityId', { min: 0 }) || null,
    landmarkId: readText(cursor, 'landmarkId'),
    landmarkKey: cursor.take(KEY_BYTES, 'landmarkKey'),
    addresses: readAddresses(cursor),
    rounds: readRounds(cursor),
    bursts: cursor.u8('bursts'),
    issuedAt: readInstant(cursor, 'issuedAt'),
    expiresAt: readInstant(cursor, 'expiresAt'),
    policyVersion: readText(cursor, 'policyVersion'),
  };
  return { keyId, permit };
}

function readAddresses(cursor: Cursor): Endpoint[] {
  const count = cursor.u8('addresses.count');
  if (count < 1 || count > MAX_ADDRESSES) throw cursor.bad('addresses', '1 to 4 addresses', String(count));
  return Array.from({ length: count }, (_, index) => readEndpoint(cursor, `addresses[${index}]`));
}

function readRounds(cursor: Cursor): number {
  const rounds = cursor.u16be('rounds');
  if (rounds < 1 || rounds > MAX_ROUNDS) throw cursor.bad('rounds', `1 to ${MAX_ROUNDS}`, String(rounds));
  return rounds;
}
