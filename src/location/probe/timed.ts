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
    return this.finish();
  }

  /** Takes sequence number and nonce from a probe as they stand. */
  prepare(probe: Uint8Array): void {
    const inner = this.#inner;
    for (let from = PROBE.seq, to = this.#seqAt; from < PROBE_BYTES; from++, to++)
      inner[to] = probe[from] ?? 0;
  }

  finish(): Buffer {
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
  return seqAt(datagram, REPLY.seq);
}

/** In constant time. @param tag what it must be, 32 bytes */
export function replyHolds(datagram: Uint8Array, tag: Uint8Array): boolean {
  return timingSafeEqual(datagram.subarray(REPLY.tag), tag);
}

/** What a host remembers of a round that it answered. */
export type AnsweredRound = { readonly nonce: Uint8Array; readonly tag: Uint8Array };

/** The host's half: one reply for each sequence number of the permit, and never a second one. */
export class ReplyWriter {
  readonly #prefix: Uint8Array;
  readonly #reply: Uint8Array = new Uint8Array(REPLY_BYTES);
  readonly #tags: RoundTag;
  /** By sequence number: the probe that was answered, and the tag. */
  readonly #probes: (Uint8Array | undefined)[];
  readonly #answers: (Uint8Array | undefined)[];

  constructor(key: Uint8Array, context: ProbeContext, rounds: number) {
    this.#prefix = new ProbeWriter(context).datagram.slice(0, PROBE.seq);
    this.#reply.set([PROBE_VERSION, MESSAGE.reply]);
    this.#reply.set(context.session, SESSION_AT);
    this.#tags = new RoundTag(key, context);
    this.#probes = new Array<Uint8Array | undefined>(rounds).fill(undefined);
    this.#answers = new Array<Uint8Array | undefined>(rounds).fill(undefined);
  }

  /**
   * The reply, in a buffer that the next one overwrites; null for what is not this measurement's next probe of its number.
   * @param datagram kept, not copied: its memory must not be used again
   */
  answer(datagram: Uint8Array): Uint8Array | null {
    if (datagram.length !== PROBE_BYTES || !this.#isOurs(datagram)) return null;
    const seq = seqAt(datagram, PROBE.seq);
    if (seq >= this.#probes.length || this.#probes[seq] !== undefined) return null;
    this.#tags.prepare(datagram);
    const tag = this.#tags.finish();
    const reply = this.#reply;
    for (let at = 0; at < 4; at++) reply[REPLY.seq + at] = datagram[PROBE.seq + at] ?? 0;
    reply.set(tag, REPLY.tag);
    this.#probes[seq] = datagram;
    this.#answers[seq] = tag;
    return reply;
  }

  /** By sequence number: what was answered. */
  get answered(): (AnsweredRound | undefined)[] {
    return this.#probes.map((probe, seq) => {
      const tag = this.#answers[seq];
      return probe === undefined || tag === undefined ? undefined : { nonce: probe.slice(PROBE.nonce), tag };
    });
  }

  /** A loop costs less than two views and a call out of JavaScript; nothing here is secret. */
  #isOurs(datagram: Uint8Array): boolean {
    const prefix = this.#prefix;
    for (let at = 0; at < prefix.length; at++) if (datagram[at] !== prefix[at]) return false;
    return true;
  }
}

function seqAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
