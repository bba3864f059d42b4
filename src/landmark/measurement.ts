import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  agreeKeys,
  encodeReceiptMessage,
  keyIdOf,
  type Permit,
  type ProbeContext,
  type ProbeKeys,
  parseAttest,
  publicKeyOf,
  rawPublicKey,
  readyHolds,
  sameTranscript,
  sealRounds,
  signReceipt,
  signWelcome,
  transcriptHash,
  transcriptSignatureHolds,
} from '../location/probe/index.ts';
import type { LandmarkClock } from './clock.ts';
import type { LandmarkIdentity } from './settings.ts';
import type { Peer } from './sockets.ts';
import { type RoundTiming, type TimedResult, TimedRounds } from './timed-rounds.ts';

/** How long a host may take for each step of the untimed half. */
const STEP_MS = 5_000;
const RESEND_MS = 250;

export type MeasurementOutcome = 'measured' | 'unanswered' | 'unsigned' | 'disputed' | 'stopped';

export type MeasurementOptions = {
  readonly identity: LandmarkIdentity;
  readonly clock: LandmarkClock;
  readonly permit: Permit;
  readonly context: ProbeContext;
  /** The datagram that opened it: the same one again gets the same answer. */
  readonly hello: Uint8Array;
  readonly peer: Peer;
  readonly timing: RoundTiming;
  /** Told once, when nothing more is to come. */
  readonly ended: (outcome: MeasurementOutcome, result: TimedResult | null) => void;
};

/** One host, one permit: from its hello to the receipt. */
export class Measurement {
  readonly peer: Peer;
  readonly #options: MeasurementOptions;
  readonly #keys: ProbeKeys;
  readonly #welcome: Uint8Array;
  #phase: 'greeted' | 'timed' | 'listed' | 'receipted' | 'ended' = 'greeted';
  #timed: TimedRounds | null = null;
  #result: TimedResult | null = null;
  #list: { readonly message: Uint8Array; readonly transcript: Uint8Array } | null = null;
  #receipt: Uint8Array | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @throws FormatError `bad_value` where the host's exchange key is of small order */
  constructor(options: MeasurementOptions) {
    const { identity, permit, context, hello, peer } = options;
    this.peer = peer;
    this.#options = options;
    // Made for this measurement alone: whoever takes the landmark's long-lived key later learns no past MAC key.
    const { privateKey } = generateKeyPairSync('x25519');
    const publics = { host: permit.exchangeKey, landmark: rawPublicKey(createPublicKey(privateKey)) };
    this.#keys = agreeKeys(privateKey, permit.exchangeKey, context, publics);
    this.#welcome = signWelcome(context, publics.landmark, hello, identity.key);
    this.#within(STEP_MS, 'unanswered');
    peer.send(this.#welcome);
  }

  get isUnderWay(): boolean {
    return this.#phase !== 'receipted' && this.#phase !== 'ended';
  }

  /** The same hello again: its answer was lost. */
  greetAgain(hello: Uint8Array): boolean {
    if (Buffer.compare(hello, this.#options.hello) !== 0) return false;
    if (this.#phase === 'greeted') this.peer.send(this.#welcome);
    return true;
  }

  ready(datagram: Uint8Array): void {
    const { context, permit, clock, timing } = this.#options;
    if (this.#phase !== 'greeted' || !readyHolds(datagram, context, this.#keys)) return;
    clearTimeout(this.#timer);
    this.#phase = 'timed';
    const { rounds, bursts, expiresAt } = permit;
    const leftMs = Math.max(0, Math.min(expiresAt.getTime() - clock.now().getTime(), 60_000));
    const until = clock.monotonic() + BigInt(leftMs) * 1_000_000n;
    const plan = { context, key: this.#keys.timed, rounds, bursts, until, timing };
    this.#timed = new TimedRounds(plan, (probe) => this.peer.send(probe));
    void this.#timed.run().then((result) => this.#listRounds(result));
  }

  /** @param arrivedAt read before anything else was done with the datagram */
  reply(datagram: Uint8Array, arrivedAt: bigint): void {
    if (this.#phase === 'timed') this.#timed?.receive(datagram, arrivedAt);
  }

  /** The host's signature over the rounds that count. @returns whether it held */
  attest(datagram: Uint8Array): boolean {
    if (this.#receipt !== null) this.peer.send(this.#receipt);
    if (this.#phase !== 'listed' || this.#list === null || this.#result === null) return true;
    const { transcript, signature } = parseAttest(datagram);
    const { permit, context, identity, clock } = this.#options;
    const hostKey = publicKeyOf('Ed25519', permit.hostKey);
    const holds =
      sameTranscript(this.#list.transcript, transcript) &&
      transcriptSignatureHolds(transcript, signature, hostKey);
    if (!holds) return false;
    const receipt = signReceipt(
      {
        landmarkId: identity.id,
        jti: permit.jti,
        sessionId: permit.sessionId,
        hostKeyId: keyIdOf(permit.hostKey),
        place: identity.place,
        uncertaintyMeters: identity.uncertaintyMeters,
        sent: this.#result.sent,
        rounds: this.#result.valid,
        clockErrorPpm: identity.clockErrorPpm,
        transcript,
        hostSignature: signature,
        peer: this.peer.endpoint,
        measuredAt: this.#measuredAt ?? clock.now(),
      },
      identity.key,
    );
    this.#receipt = encodeReceiptMessage(context, receipt);
    this.peer.send(this.#receipt);
    clearTimeout(this.#timer);
    this.#phase = 'receipted';
    this.#options.ended('measured', this.#result);
    return true;
  }

  #measuredAt: Date | null = null;

  stop(): void {
    this.#timed?.stop();
    this.#end('stopped');
  }

  #listRounds(result: TimedResult): void {
    if (this.#phase !== 'timed') return;
    this.#phase = 'listed';
    this.#result = result;
    this.#measuredAt = this.#options.clock.now();
    const { context } = this.#options;
    const list = { sent: result.sent, valid: result.valid.map(({ seq }) => seq) };
    const transcript = transcriptHash(context, list, result.rounds);
    if (transcript === null) throw new TypeError('a valid round was never sent');
    this.#list = { message: sealRounds(context, this.#keys, list, transcript), transcript };
    this.#sendRounds(STEP_MS / RESEND_MS);
  }

  #sendRounds(tries: number): void {
    if (this.#list === null) return;
    if (tries === 0) {
      this.#end('unsigned');
      return;
    }
    this.peer.send(this.#list.message);
    this.#timer = setTimeout(() => this.#sendRounds(tries - 1), RESEND_MS);
  }

  #within(ms: number, outcome: MeasurementOutcome): void {
    this.#timer = setTimeout(() => this.#end(outcome), ms);
  }

  #end(outcome: MeasurementOutcome): void {
    clearTimeout(this.#timer);
    if (!this.isUnderWay) return;
    this.#phase = 'ended';
    this.#options.ended(outcome, this.#result);
  }
}
