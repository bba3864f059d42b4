import type { KeyObject } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { Cursor } from '../../bytes/cursor.ts';
import type { Place } from '../wgs84.ts';
import { type Endpoint, readEndpoint, writeEndpoint } from './endpoint.ts';
import { keyIdOf, type ProbeContext, rawPublicKey } from './keys.ts';
import { bodyOf, MESSAGE } from './messages.ts';
import { ownBytes, readSigned, type Signed, signBytes } from './signed.ts';
import { type RoundList, readRounds, writeRounds } from './transcript.ts';
import {
  ByteWriter,
  KEY_BYTES,
  MAX_DATAGRAM_BYTES,
  PROBE_VERSION,
  readHeader,
  readInstant,
  readText,
  SIGNATURE_BYTES,
} from './wire.ts';

/** What a landmark signs: `sextant/v1/probe-receipt\0`. */
export const RECEIPT_PURPOSE = 'probe-receipt';
const KIND = 0x52;
/** With the header of the message that carries it, still one datagram. */
const MAX_RECEIPT_BYTES = MAX_DATAGRAM_BYTES - 2 - KEY_BYTES - 2;
/** Places travel as ten-millionths of a degree: at most 8 mm off, where every uncertainty is a metre or more. */
const UNITS_PER_DEGREE = 1e7;

/** One valid round. */
export type TimedRound = {
  readonly seq: number;
  /** Whole nanoseconds, 1 to 4,294,967,295. */
  readonly rttNs: number;
};

/** What one landmark saw of one host. Everything in it is the landmark's word, but for the host's signature. */
export type ProbeReceipt = {
  /** RFC 7638 thumbprint of the landmark's key, 32 bytes. */
  readonly landmarkKeyId: Uint8Array;
  readonly landmarkId: string;
  /** The permit's. */
  readonly jti: string;
  readonly sessionId: string;
  /** RFC 7638 thumbprint of the host's Ed25519 key, 32 bytes. */
  readonly hostKeyId: Uint8Array;
  readonly place: Place;
  /** Whole metres, at least 1. */
  readonly uncertaintyMeters: number;
  /** Rounds sent. */
  readonly sent: number;
  /** Every valid round, ascending by number. */
  readonly rounds: readonly TimedRound[];
  /** By how much the landmark's clock may be off, whole parts per million. */
  readonly clockErrorPpm: number;
  readonly transcript: Uint8Array;
  /** The host's, over `transcript`. */
  readonly hostSignature: Uint8Array;
  /** Where the answers came from, as the landmark saw it: proves nothing. */
  readonly peer: Endpoint;
  /** The landmark's clock when the last round had ended. */
  readonly measuredAt: Date;
};

/** Signs a receipt: the landmark's half. @throws FormatError `bad_value`, `too_long` for what the wire cannot carry */
export function signReceipt(
  receipt: Omit<ProbeReceipt, 'landmarkKeyId'>,
  key: KeyObject,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter()
    .u8(PROBE_VERSION)
    .u8(KIND)
    .bytes(keyIdOf(rawPublicKey(key)))
    .text(receipt.landmarkId, 'landmarkId')
    .text(receipt.jti, 'jti')
    .text(receipt.sessionId, 'sessionId')
    .fixed(receipt.hostKeyId, KEY_BYTES, 'hostKeyId')
    .i32(wireDegrees(receipt.place.latitude))
    .i32(wireDegrees(receipt.place.longitude))
    .u32(receipt.uncertaintyMeters);
  writeRounds(writer, { sent: receipt.sent, valid: receipt.rounds.map(({ seq }) => seq) });
  for (const { rttNs } of receipt.rounds) writer.u32(rttNs);
  writer
    .u32(receipt.clockErrorPpm)
    .fixed(receipt.transcript, KEY_BYTES, 'transcript')
    .fixed(receipt.hostSignature, SIGNATURE_BYTES, 'hostSignature');
  writeEndpoint(writer, receipt.peer, 'peer');
  writer.u64(receipt.measuredAt.getTime());
  const bytes = signBytes(RECEIPT_PURPOSE, writer.toBytes(), key);
  parseReceipt(bytes);
  return bytes;
}

/** A latitude or longitude as receipts carry it: two places are one if these are. */
export function wireDegrees(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}

/**
 * Reads a receipt. Nothing about it is verified: see {@link verifyReceipt}.
 * @throws FormatError `truncated`, `trailing_data`, `too_long`, `bad_value`, `unsupported`
 */
export function parseReceipt(bytes: Uint8Array): Signed<ProbeReceipt> {
  const own = ownBytes(bytes, 'receipt', MAX_RECEIPT_BYTES);
  return readSigned(new Cursor(own, 'receipt'), readReceipt);
}

function readReceipt(cursor: Cursor): ProbeReceipt {
  readHeader(cursor, KIND);
  const landmarkKeyId = cursor.take(KEY_BYTES, 'landmarkKeyId');
  const landmarkId = readText(cursor, 'landmarkId');
  const jti = readText(cursor, 'jti');
  const sessionId = readText(cursor, 'sessionId');
  const hostKeyId = cursor.take(KEY_BYTES, 'hostKeyId');
  const latitude = readDegrees(cursor, 'place.latitude', 90);
  const longitude = readDegrees(cursor, 'place.longitude', 180);
  const uncertaintyMeters = readPositive(cursor, 'uncertaintyMeters');
  const list: RoundList = readRounds(cursor);
  const rounds = list.valid.map((seq) => ({ seq, rttNs: readPositive(cursor, 'rttNs') }));
  const clockErrorPpm = cursor.u32be('clockErrorPpm');
  const transcript = cursor.take(KEY_BYTES, 'transcript');
  const hostSignature = cursor.take(SIGNATURE_BYTES, 'hostSignature');
  const peer = readEndpoint(cursor, 'peer');
  return {
    landmarkKeyId,
    landmarkId,
    jti,
    sessionId,
    hostKeyId,
    place: { latitude, longitude },
    uncertaintyMeters,
    sent: list.sent,
    rounds,
    clockErrorPpm,
    transcript,
    hostSignature,
    peer,
    measuredAt: readInstant(cursor, 'measuredAt'),
  };
}

function readDegrees(cursor: Cursor, field: string, limit: number): number {
  const degrees = (cursor.u32be(field) | 0) / UNITS_PER_DEGREE;
  if (Math.abs(degrees) > limit) throw cursor.bad(field, `within ±${limit}`, String(degrees));
  return degrees;
}

/** Zero would be a landmark at a point without extent, or an answer that took no time. */
function readPositive(cursor: Cursor, field: string): number {
  const value = cursor.u32be(field);
  if (value === 0) throw cursor.bad(field, 'more than 0', '0');
  return value;
}

/** The last message of a measurement. */
export function encodeReceiptMessage(
  { session }: ProbeContext,
  receipt: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const length = new ByteWriter().u16(receipt.length).toBytes();
  return concatBytes([Uint8Array.of(PROBE_VERSION, MESSAGE.receipt), session, length, receipt]);
}

/** The receipt's bytes, unread. @throws FormatError `truncated`, `trailing_data`, `too_long` */
export function parseReceiptMessage(datagram: Uint8Array): Uint8Array {
  const cursor = bodyOf(ownBytes(datagram, 'receipt'), 'receipt');
  cursor.take(KEY_BYTES, 'session');
  const receipt = cursor.sized16be('receipt', MAX_RECEIPT_BYTES);
  cursor.end();
  return receipt;
}
