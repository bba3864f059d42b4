import { hash, timingSafeEqual } from 'node:crypto';
import type { ProbeContext } from './keys.ts';
import { MESSAGE } from './messages.ts';
import { KEY_BYTES, PROBE_VERSION } from './wire.ts';

/**
 * The two timed messages. Everything but sequence number, nonce and tag is laid out before the first round; nothing is
 * parsed twice and nothing is allocated but two digests.
 *
 *   Probe  version 1 · kind 1 · session 32 · landmark 32 · seq 4 · nonce 32
 *   Reply  version 1 · kind 1 · session 32 · seq 4 · tag 32
 *
 * tag = HMAC-SHA256(k, "sextant-probe" || session || landmark || seq || nonce)
 */
export const PROBE_BYTES = 102;
export const REPLY_BYTES = 70;

const SESSION_AT = 2;
const PROBE = { landmark: 34, seq: 66, nonce: 70 } as const;
const REPLY = { seq: 34, tag: 38 } as const;

const BLOCK_BYTES = 64;
const LABEL = new TextEncoder().encode('sextant-probe');

/**
 * The tag of a round, by RFC 2104 spelt out: two one-shot hashes over buffers that hold the padded key already. Through
 * `createHmac` each tag costs 16 µs, of which OpenSSL's look-up of the algorithm is the most; so it costs 2 µs, and a
 * microsecond is 150 metres.
 */
export class RoundTag {
  readonly #inner: Uint8Array;
  readonly #outer: Uint8Array;
  readonly #view: DataView;
  readonly #seqAt: number;

  /** @param key `ProbeKeys.timed`, 32 bytes */
  constructor(key: Uint8Array, { session, landmark }: ProbeContext) {
    const fixed = [...LABEL, ...session, ...landmark];
    this.#seqAt = BLOCK_BYTES + fixed.length;
    this.#inner = new Uint8Array(this.#seqAt + 4 + KEY_BYTES).fill(0x36, 0, BLOCK_BYTES);
    this.#outer = new Uint8Array(BLOCK_BYTES + KEY_BYTES).fill(0x5c, 0, BLOCK_BYTES);
    for (const [index, byte] of key.entries()) {
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
    this.#inner.set(fixed, BLOCK_BYTES);
    this.#view = new DataView(this.#inner.buffer);
  }

  /** @param nonce 32 bytes */
  of(seq: number, nonce: Uint8Array): Buffer {
    this.#view.setUint32(this.#seqAt, seq);
    this.#inner.set(nonce, this.#seqAt + 4);
    this.#outer.set(hash('sha256', this.#inner, 'buffer'), BLOCK_BYTES);
    return hash('sha256', this.#outer, 'buffer');
  }
}

/** The landmark's half: writes probes into one buffer, and judges replies. */
export class ProbeWriter {
  /** Sent as it stands after {@link fill}. */
  readonly datagram: Uint8Array = new Uint8Array(PROBE_BYTES);
  readonly #view: DataView = new DataView(this.datagram.buffer);

  constructor({ session, landmark }: ProbeContext) {
    this.datagram.set([PROBE_VERSION, MESSAGE.probe]);
    this.datagram.set(session, SESSION_AT);
    this.datagram.set(landmark, PROBE.landmark);
  }

  /** @param nonce 32 bytes that nobody has seen */
  fill(seq: number, nonce: Uint8Array): void {
    this.#view.setUint32(PROBE.seq, seq);
    this.datagram.set(nonce, PROBE.nonce);
  }
}

/** Whose measurement a reply is for, as the key of a map; null for what is no reply. */
export function sessionOfReply(datagram: Uint8Array): Uint8Array | null {
  return datagram.length === REPLY_BYTES ? datagram.subarray(SESSION_AT, SESSION_AT + KEY_BYTES) : null;
}

/** The round that a reply claims to answer. */
export function seqOfReply(datagram: Uint8Array): number {
  return new DataView(datagram.buffer, datagram.byteOffset).getUint32(REPLY.seq);
}

/** In constant time. @param tag what it must be, 32 bytes */
export function replyHolds(datagram: Uint8Array, tag: Uint8Array): boolean {
  return timingSafeEqual(datagram.subarray(REPLY.tag), tag);
}

/** What a host remembers of a round that it answered. */
export type AnsweredRound = { readonly nonce: Uint8Array; readonly tag: Uint8Array };

/** The host's half: one reply for each sequence number of the permit, and never a second one. */
export class ReplyWriter {
  /** By sequence number: what was answered. */
  readonly answered: (AnsweredRound | undefined)[];
  readonly #prefix: Uint8Array;
  readonly #reply: Uint8Array = new Uint8Array(REPLY_BYTES);
  readonly #view: DataView = new DataView(this.#reply.buffer);
  readonly #tags: RoundTag;

  constructor(key: Uint8Array, context: ProbeContext, rounds: number) {
    const probe = new ProbeWriter(context);
    this.#prefix = probe.datagram.subarray(0, PROBE.seq);
    this.#reply.set([PROBE_VERSION, MESSAGE.reply]);
    this.#reply.set(context.session, SESSION_AT);
    this.#tags = new RoundTag(key, context);
    this.answered = new Array<AnsweredRound | undefined>(rounds);
  }

  /** The reply, in a buffer that the next one overwrites; null for what is not this measurement's next probe of its number. */
  answer(datagram: Uint8Array): Uint8Array | null {
    if (datagram.length !== PROBE_BYTES) return null;
    if (Buffer.compare(datagram.subarray(0, PROBE.seq), this.#prefix) !== 0) return null;
    const seq = new DataView(datagram.buffer, datagram.byteOffset).getUint32(PROBE.seq);
    if (seq >= this.answered.length || this.answered[seq] !== undefined) return null;
    const nonce = datagram.subarray(PROBE.nonce);
    const tag = this.#tags.of(seq, nonce);
    this.#view.setUint32(REPLY.seq, seq);
    this.#reply.set(tag, REPLY.tag);
    this.answered[seq] = { nonce: new Uint8Array(nonce), tag };
    return this.#reply;
  }
}
