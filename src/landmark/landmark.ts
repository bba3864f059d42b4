import { FormatError } from '../bytes/errors.ts';
import {
  encodeRefusal,
  type Hello,
  type MessageName,
  messageName,
  type Permit,
  parseHello,
  probeContext,
  type RefusalReason,
  sessionOfReply,
} from '../location/probe/index.ts';
import type { Signed } from '../location/probe/signed.ts';
import { Admissions } from './admission.ts';
import { type LandmarkClock, systemClock } from './clock.ts';
import type { LandmarkEvents } from './events.ts';
import { Measurement } from './measurement.ts';
import { LANDMARK_DEFAULTS, type LandmarkLimits, type LandmarkOptions } from './settings.ts';
import { type LandmarkSockets, openSockets, type Peer } from './sockets.ts';

const PRUNE_EVERY_MS = 10_000;
/** A receipt whose datagram was lost is asked for again; so long it is kept. */
const KEEP_RECEIPT_MS = 10_000;

export type RunningLandmark = {
  /** Where it listens, the ports filled in. */
  readonly bound: LandmarkSockets['bound'];
  readonly underWay: () => number;
  /** Refuses new measurements, lets those under way finish for up to `graceMs`, then ends them. */
  readonly close: (graceMs?: number) => Promise<void>;
};

/** Listens, and measures whoever brings a permit. @throws the system's error where an address cannot be bound */
export async function startLandmark(
  options: LandmarkOptions,
  events: LandmarkEvents,
  clock: LandmarkClock = systemClock(),
): Promise<RunningLandmark> {
  const landmark = new Landmark(options, events, clock);
  const sockets = await openSockets(options.listen, (datagram, from, arrivedAt) =>
    landmark.receive(datagram, from, arrivedAt),
  );
  const pruning = setInterval(() => landmark.prune(), PRUNE_EVERY_MS);
  return {
    bound: sockets.bound,
    underWay: () => landmark.underWay,
    close: async (graceMs = 5_000) => {
      clearInterval(pruning);
      await landmark.drain(graceMs);
      await sockets.close();
    },
  };
}

class Landmark {
  readonly #options: LandmarkOptions;
  readonly #limits: LandmarkLimits;
  readonly #events: LandmarkEvents;
  readonly #clock: LandmarkClock;
  readonly #admissions: Admissions;
  /** By the session's 32 bytes, as latin1. */
  readonly #measurements = new Map<string, Measurement>();
  #underWay = 0;
  #idle: (() => void) | null = null;

  constructor(options: LandmarkOptions, events: LandmarkEvents, clock: LandmarkClock) {
    this.#options = options;
    this.#limits = { ...LANDMARK_DEFAULTS, ...options.limits };
    this.#events = events;
    this.#clock = clock;
    this.#admissions = new Admissions(options, this.#limits, clock);
  }

  get underWay(): number {
    return this.#underWay;
  }

  receive(datagram: Buffer, from: Peer, arrivedAt: bigint): void {
    const name = messageName(datagram);
    if (name === 'reply') {
      this.#measurementOf(sessionOfReply(datagram), from)?.reply(datagram, arrivedAt);
      return;
    }
    try {
      this.#judge(name, datagram, from);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#events.dropped('malformed');
    }
  }

  #judge(name: MessageName | null, datagram: Buffer, from: Peer): void {
    if (name === 'open') {
      const limited = this.#admissions.open(datagram, from);
      if (limited !== null) this.#events.dropped(limited);
    } else if (name === 'hello') this.#hello(parseHello(datagram), datagram, from);
    else if (name === 'ready') this.#measurementOf(datagram.subarray(2, 34), from)?.ready(datagram);
    else if (name === 'attest') this.#attest(datagram, from);
    else this.#events.dropped('malformed');
  }

  #hello(hello: Signed<Hello>, datagram: Buffer, from: Peer): void {
    const admission = this.#admissions.judge(hello, from);
    if (admission.verdict === 'dropped') {
      this.#events.dropped(admission.reason);
      return;
    }
    if (admission.verdict === 'refused') {
      this.#refuse(hello, from, admission.reason, admission.detail);
      return;
    }
    const { permit } = admission;
    const known = this.#measurementOf(probeContext(permit).session, from);
    if (known?.greetAgain(datagram) === true) return;
    const reason = this.#begin(permit, datagram, from);
    if (reason !== null) this.#refuse(hello, from, reason, null);
  }

  #refuse(hello: Signed<Hello>, from: Peer, reason: RefusalReason, detail: string | null): void {
    this.#events.refused(reason, detail);
    from.send(encodeRefusal(hello.content.token, reason));
  }

  /** @returns why not, or null where a measurement is under way */
  #begin(permit: Permit, hello: Buffer, peer: Peer): RefusalReason | null {
    if (this.#idle !== null) return 'stopping';
    if (this.#underWay >= this.#limits.maxMeasurements) return 'busy';
    // Spent before anything of the measurement exists: two hellos that come together measure once.
    if (!this.#admissions.spend(permit)) return 'used';
    const context = probeContext(permit);
    const key = keyOf(context.session);
    const begunAt = this.#clock.monotonic();
    try {
      const measurement = new Measurement({
        identity: this.#options.identity,
        clock: this.#clock,
        permit,
        context,
        hello: Uint8Array.from(hello),
        peer,
        timing: this.#limits.timing,
        ended: (outcome, result) => {
          this.#underWay -= 1;
          const tookMs = Number(this.#clock.monotonic() - begunAt) / 1e6;
          this.#events.ended({ outcome, permit, result, tookMs });
          setTimeout(() => this.#measurements.delete(key), KEEP_RECEIPT_MS).unref();
          if (this.#underWay === 0) this.#idle?.();
        },
      });
      this.#measurements.set(key, measurement);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      return 'key';
    }
    this.#underWay += 1;
    this.#events.began(permit);
    return null;
  }

  #attest(datagram: Buffer, from: Peer): void {
    const measurement = this.#measurementOf(datagram.subarray(2, 34), from);
    if (measurement?.attest(datagram) === false) this.#events.dropped('transcript');
  }

  /** Only from where its hello came: whoever sees a session's name elsewhere cannot void its rounds. */
  #measurementOf(session: Uint8Array | null, from: Peer): Measurement | null {
    if (session === null) return null;
    const measurement = this.#measurements.get(keyOf(session));
    return measurement?.peer.name === from.name ? measurement : null;
  }

  prune(): void {
    this.#admissions.prune();
  }

  /** Begins nothing more; resolves when nothing is under way, or after `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idle = resolve;
    if (this.#underWay === 0) resolve();
    const cut = setTimeout(resolve, graceMs);
    await promise;
    clearTimeout(cut);
    for (const measurement of this.#measurements.values()) measurement.stop();
    this.#measurements.clear();
  }
}

function keyOf(session: Uint8Array): string {
  return Buffer.from(session.buffer, session.byteOffset, session.byteLength).toString('latin1');
}
