import { randomFillSync } from 'node:crypto';
import {
  type AnsweredRound,
  type ProbeContext,
  ProbeWriter,
  RoundTag,
  replyHolds,
  seqOfReply,
  type TimedRound,
} from '../location/probe/index.ts';

export type RoundPlan = {
  readonly context: ProbeContext;
  /** `ProbeKeys.timed`. */
  readonly key: Uint8Array;
  readonly rounds: number;
  readonly bursts: number;
  /** Monotonic, nanoseconds: no probe is sent after it. */
  readonly until: bigint;
  readonly timing: RoundTiming;
};

export type RoundTiming = {
  /** How long the first rounds wait for their reply. */
  readonly timeoutMs: number;
  /** How long later ones wait at least: as soon as one came back, they wait for four times as long as that took. */
  readonly leastMs: number;
  /** Between bursts, so that each sees other queues. */
  readonly pauseMs: number;
};

export type TimedResult = {
  readonly sent: number;
  readonly valid: readonly TimedRound[];
  /** Nonce and right tag of every round sent, by number. */
  readonly rounds: readonly AnsweredRound[];
};

/** As soon as one round came back, later ones need not wait for much longer: a slow one would not be the minimum. */
const PATIENCE_FACTOR = 4;
/** How often a round that waits too long is looked for. */
const TICK_MS = 5;

/** RTTs travel in 32 bits: what took longer bounds nothing on Earth. */
const MAX_RTT_NS = 0xffff_ffff;

type RoundState = 'ahead' | 'open' | 'valid' | 'void';

/**
 * The timed rounds of one measurement. One probe is outstanding at a time; the clock is read just before a probe is handed to
 * the kernel and first thing when a datagram comes up. Nonces, tags and buffers are made before the first round.
 *
 * A round counts if exactly one reply to it came, after its probe, before the next one and with the right tag. Whatever else
 * happens to it voids it, for good.
 */
export class TimedRounds {
  readonly #plan: RoundPlan;
  readonly #send: (datagram: Uint8Array) => void;
  readonly #writer: ProbeWriter;
  readonly #rounds: readonly AnsweredRound[];
  readonly #states: RoundState[];
  readonly #rtts: number[];
  readonly #burstEnds: ReadonlySet<number>;
  readonly #done = Promise.withResolvers<TimedResult>();
  #outstanding = -1;
  #sent = 0;
  #sentAt = 0n;
  #patienceNs: bigint;
  #ticking: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;

  /** @param send hands one datagram to the kernel, at once */
  constructor(plan: RoundPlan, send: (datagram: Uint8Array) => void) {
    const { context, key, rounds, bursts, timing } = plan;
    this.#plan = plan;
    this.#send = send;
    this.#writer = new ProbeWriter(context);
    const tags = new RoundTag(key, context);
    this.#rounds = Array.from({ length: rounds }, (_, seq) => {
      const nonce = randomFillSync(new Uint8Array(32));
      return { nonce, tag: tags.of(seq, nonce) };
    });
    this.#states = new Array<RoundState>(rounds).fill('ahead');
    this.#rtts = new Array<number>(rounds).fill(0);
    this.#burstEnds = new Set(
      Array.from({ length: bursts }, (_, burst) => Math.ceil(((burst + 1) * rounds) / bursts) - 1),
    );
    this.#patienceNs = BigInt(timing.timeoutMs) * 1_000_000n;
  }

  /** Runs all rounds. */
  run(): Promise<TimedResult> {
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#next();
    return this.#done.promise;
  }

  /** Ends early: what was measured so far is the result. */
  stop(): void {
    this.#finish();
  }

  /** @param arrivedAt monotonic, read before anything else was done with the datagram */
  receive(datagram: Uint8Array, arrivedAt: bigint): void {
    const seq = seqOfReply(datagram);
    const round = this.#rounds[seq];
    if (round === undefined) return;
    const holds = replyHolds(datagram, round.tag);
    if (seq !== this.#outstanding || this.#states[seq] !== 'open' || !holds) {
      // Early, late, twice, or wrong: whatever this round was, it is void.
      this.#states[seq] = 'void';
      if (seq === this.#outstanding) this.#close();
      return;
    }
    const rttNs = Number(arrivedAt - this.#sentAt);
    const plausible = rttNs >= 1 && rttNs <= MAX_RTT_NS;
    this.#states[seq] = plausible ? 'valid' : 'void';
    this.#rtts[seq] = rttNs;
    if (plausible) this.#learn(rttNs);
    this.#close();
  }

  #learn(rttNs: number): void {
    const enough = BigInt(Math.max(this.#plan.timing.leastMs * 1_000_000, PATIENCE_FACTOR * rttNs));
    if (enough < this.#patienceNs) this.#patienceNs = enough;
  }

  #next(): void {
    const seq = this.#sent;
    if (seq >= this.#rounds.length || process.hrtime.bigint() > this.#plan.until) {
      this.#finish();
      return;
    }
    const round = this.#rounds[seq];
    if (round === undefined) return;
    this.#writer.fill(seq, round.nonce);
    this.#sent = seq + 1;
    this.#outstanding = seq;
    if (this.#states[seq] === 'ahead') this.#states[seq] = 'open';
    this.#sentAt = process.hrtime.bigint();
    this.#send(this.#writer.datagram);
  }

  /** Looks for a round that waited too long: a timer for each would cost more than the send, between it and the reply. */
  #tick(): void {
    const seq = this.#outstanding;
    if (seq < 0 || process.hrtime.bigint() - this.#sentAt < this.#patienceNs) return;
    this.#states[seq] = 'void';
    this.#close();
  }

  #close(): void {
    const seq = this.#outstanding;
    this.#outstanding = -1;
    if (!this.#burstEnds.has(seq)) this.#next();
    else this.#pause = setTimeout(() => this.#next(), this.#plan.timing.pauseMs);
  }

  #finish(): void {
    clearInterval(this.#ticking);
    clearTimeout(this.#pause);
    this.#outstanding = -1;
    const sent = this.#sent;
    const valid = this.#rtts
      .map((rttNs, seq) => ({ seq, rttNs }))
      .filter(({ seq }) => seq < sent && this.#states[seq] === 'valid');
    this.#done.resolve({ sent, valid, rounds: this.#rounds.slice(0, sent) });
  }
}
