import { randomBytes } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import {
  agreeKeys,
  encodeAttest,
  encodeOpen,
  type MessageName,
  messageName,
  openRounds,
  type Permit,
  type ProbeContext,
  type ProbeKeys,
  parseCookie,
  parseReceiptMessage,
  parseRefusal,
  parseWelcome,
  probeContext,
  publicKeyOf,
  ReplyWriter,
  rawPublicKey,
  sameTranscript,
  sealReady,
  signHello,
  signTranscript,
  TOKEN_BYTES,
  transcriptHash,
  welcomeHolds,
} from '../../location/probe/index.ts';
import type { SessionKeys } from '../session-keys.ts';
import { disputed, refused } from './failure.ts';

export type HostKeys = Pick<SessionKeys, 'signing' | 'exchange'>;

/** What became of a datagram: something to send, and again until the next one comes; the end; or nothing. */
type Step =
  | { readonly next: 'repeat'; readonly datagram: Uint8Array }
  | { readonly next: 'done'; readonly receipt: Uint8Array }
  | { readonly next: 'ignore' };

const IGNORE: Step = { next: 'ignore' };

/**
 * The host's side of one measurement, as a machine of states without sockets or clocks. What is not by the landmark whose key
 * the permit pins is ignored, and counted.
 */
export class Answering {
  /** Datagrams that claimed to be the landmark's and were not. */
  forged = 0;
  readonly #permit: Permit;
  readonly #bytes: Uint8Array;
  readonly #keys: HostKeys;
  readonly #context: ProbeContext;
  readonly #token = new Uint8Array(randomBytes(TOKEN_BYTES));
  #hello: Uint8Array | null = null;
  #agreed: { readonly keys: ProbeKeys; readonly replies: ReplyWriter } | null = null;
  #attest: Uint8Array | null = null;

  constructor(permit: Permit, bytes: Uint8Array, keys: HostKeys) {
    this.#permit = permit;
    this.#bytes = bytes;
    this.#keys = keys;
    this.#context = probeContext(permit);
  }

  open(): Uint8Array {
    return encodeOpen(this.#token);
  }

  /** The timed half: the reply to a probe, to be sent before anything else is thought of; null where there is none. */
  reply(datagram: Uint8Array): Uint8Array | null {
    return this.#agreed === null ? null : this.#agreed.replies.answer(datagram);
  }

  /** @throws AgentError `landmark_refused`, `landmark_disputed` */
  receive(datagram: Uint8Array): Step {
    const name = messageName(datagram);
    try {
      return name === null ? IGNORE : this.#judge(name, datagram);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.forged += 1;
      return IGNORE;
    }
  }

  #judge(name: MessageName, datagram: Uint8Array): Step {
    if (name === 'cookie') return this.#cookie(datagram);
    if (name === 'welcome') return this.#welcome(datagram);
    if (name === 'rounds') return this.#rounds(datagram);
    if (name === 'receipt') return this.#receipt(datagram);
    if (name === 'refusal') return this.#refusal(datagram);
    return IGNORE;
  }

  #cookie(datagram: Uint8Array): Step {
    const { token, cookie } = parseCookie(datagram);
    if (this.#hello !== null || !equalBytes(token, this.#token)) return IGNORE;
    this.#hello = signHello({ cookie, token, permit: this.#bytes }, this.#keys.signing);
    return { next: 'repeat', datagram: this.#hello };
  }

  #welcome(datagram: Uint8Array): Step {
    if (this.#hello === null || this.#agreed !== null) return IGNORE;
    const welcome = parseWelcome(datagram);
    const landmarkKey = publicKeyOf('Ed25519', this.#permit.landmarkKey);
    if (!welcomeHolds(welcome, this.#context, this.#hello, landmarkKey)) {
      this.forged += 1;
      return IGNORE;
    }
    const publics = { host: rawPublicKey(this.#keys.exchange), landmark: welcome.exchangeKey };
    const keys = agreeKeys(this.#keys.exchange, welcome.exchangeKey, this.#context, publics);
    this.#agreed = { keys, replies: new ReplyWriter(keys.timed, this.#context, this.#permit.rounds) };
    return { next: 'repeat', datagram: sealReady(this.#context, keys) };
  }

  /** The landmark's list, compared with what this host answered: it signs its own rounds and no others. */
  #rounds(datagram: Uint8Array): Step {
    if (this.#agreed === null) return IGNORE;
    if (this.#attest !== null) return { next: 'repeat', datagram: this.#attest };
    const { keys, replies } = this.#agreed;
    const said = openRounds(datagram, keys);
    if (said === null) {
      this.forged += 1;
      return IGNORE;
    }
    const own = transcriptHash(this.#context, said.list, replies.answered);
    if (!sameTranscript(own, said.transcript)) throw disputed(this.#permit.landmarkId);
    this.#attest = encodeAttest(
      this.#context,
      said.transcript,
      signTranscript(said.transcript, this.#keys.signing),
    );
    return { next: 'repeat', datagram: this.#attest };
  }

  /** Carried as it is: the verifier judges it. Dropping one would only lose a bound. */
  #receipt(datagram: Uint8Array): Step {
    if (this.#attest === null) return IGNORE;
    return { next: 'done', receipt: parseReceiptMessage(datagram) };
  }

  #refusal(datagram: Uint8Array): Step {
    const { token, reason } = parseRefusal(datagram);
    if (!equalBytes(token, this.#token)) return IGNORE;
    throw refused(this.#permit.landmarkId, reason);
  }
}
