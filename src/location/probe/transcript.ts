import { hash, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import type { Cursor } from '../../bytes/cursor.ts';
import { domain } from '../../bytes/domain.ts';
import { sealUntimed, untimedHolds } from './hello.ts';
import type { ProbeContext, ProbeKeys } from './keys.ts';
import { bodyOf, MESSAGE } from './messages.ts';
import { ownBytes } from './signed.ts';
import type { AnsweredRound } from './timed.ts';
import { ByteWriter, KEY_BYTES, MAX_ROUNDS, PROBE_VERSION, SIGNATURE_BYTES } from './wire.ts';

/** Which of the rounds that were sent count: their sequence numbers, ascending. */
export type RoundList = { readonly sent: number; readonly valid: readonly number[] };

/** A bit for each round sent, bit seq % 8 of byte seq / 8; bits beyond are zero. */
export function writeRounds(writer: ByteWriter, { sent, valid }: RoundList): void {
  const bits = new Uint8Array(Math.ceil(sent / 8));
  for (const seq of valid) bits[seq >> 3] = (bits[seq >> 3] ?? 0) | (1 << (seq & 7));
  writer.u16(sent).bytes(bits);
}

/** @throws FormatError `truncated`, `bad_value`, `reserved_not_zero` */
export function readRounds(cursor: Cursor): RoundList {
  const sent = cursor.u16be('sent');
  if (sent > MAX_ROUNDS) throw cursor.bad('sent', `at most ${MAX_ROUNDS}`, String(sent));
  const bits = cursor.take(Math.ceil(sent / 8), 'valid');
  const valid = Array.from({ length: 8 * bits.length }, (_, seq) => seq).filter(
    (seq) => ((bits[seq >> 3] ?? 0) >> (seq & 7)) & 1,
  );
  if ((valid.at(-1) ?? -1) >= sent) throw cursor.bad('valid', `rounds below ${sent}`, String(valid.at(-1)));
  return { sent, valid };
}

/**
 * The hash that the host signs: of every valid round its number, nonce and tag, and which measurement they belong to. Both
 * sides compute it from what they themselves sent and received.
 *
 * @param rounds by sequence number
 * @returns null where a listed round is missing from `rounds`
 */
export function transcriptHash(
  { session, landmark }: ProbeContext,
  { sent, valid }: RoundList,
  rounds: readonly (AnsweredRound | undefined)[],
): Uint8Array | null {
  const writer = new ByteWriter().u16(sent).u16(valid.length);
  for (const seq of valid) {
    const round = rounds[seq];
    if (round === undefined) return null;
    writer.u32(seq).bytes(round.nonce).bytes(round.tag);
  }
  return new Uint8Array(
    hash('sha256', domain('probe-transcript', session, landmark, writer.toBytes()), 'buffer'),
  );
}

const SIGNATURE_PURPOSE = 'probe-transcript-signature';

/** @param hostKey the private half of the permit's `hostKey` */
export function signTranscript(transcript: Uint8Array, hostKey: KeyObject): Uint8Array {
  return new Uint8Array(sign(null, domain(SIGNATURE_PURPOSE, transcript), hostKey));
}

export function transcriptSignatureHolds(
  transcript: Uint8Array,
  signature: Uint8Array,
  hostKey: KeyObject,
): boolean {
  return verify(null, domain(SIGNATURE_PURPOSE, transcript), hostKey, signature);
}

const ROUNDS_PURPOSE = 'probe-rounds';

/** What the landmark says at the end: which rounds count, and the hash over them. */
export function sealRounds(
  { session }: ProbeContext,
  keys: ProbeKeys,
  list: RoundList,
  transcript: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(PROBE_VERSION).u8(MESSAGE.rounds).bytes(session);
  writeRounds(writer, list);
  return sealUntimed(keys, ROUNDS_PURPOSE, writer.bytes(transcript).toBytes());
}

/**
 * The list and the landmark's hash; null where the MAC does not hold.
 * @throws FormatError `truncated`, `trailing_data`, `bad_value`
 */
export function openRounds(
  datagram: Uint8Array,
  keys: ProbeKeys,
): { readonly list: RoundList; readonly transcript: Uint8Array } | null {
  const bytes = ownBytes(datagram, 'rounds');
  if (!untimedHolds(keys, ROUNDS_PURPOSE, bytes)) return null;
  const cursor = bodyOf(bytes, 'rounds');
  cursor.take(KEY_BYTES, 'session');
  const list = readRounds(cursor);
  const transcript = cursor.take(KEY_BYTES, 'transcript');
  cursor.take(KEY_BYTES, 'mac');
  cursor.end();
  return { list, transcript };
}

/** The host's answer: its signature, or none where the list is not what it answered. */
export function encodeAttest(
  { session }: ProbeContext,
  transcript: Uint8Array,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return concatBytes([Uint8Array.of(PROBE_VERSION, MESSAGE.attest), session, transcript, signature]);
}

/** @throws FormatError `truncated`, `trailing_data` */
export function parseAttest(datagram: Uint8Array): {
  readonly transcript: Uint8Array;
  readonly signature: Uint8Array;
} {
  const cursor = bodyOf(ownBytes(datagram, 'attest'), 'attest');
  cursor.take(KEY_BYTES, 'session');
  const transcript = cursor.take(KEY_BYTES, 'transcript');
  const signature = cursor.take(SIGNATURE_BYTES, 'signature');
  cursor.end();
  return { transcript, signature };
}

/** Whether the host, from what it answered, comes to the landmark's hash. */
export function sameTranscript(own: Uint8Array | null, claimed: Uint8Array): boolean {
  return own !== null && timingSafeEqual(own, claimed);
}
