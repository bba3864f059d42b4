import {
  encodeCookie,
  type Hello,
  helloHolds,
  type Permit,
  parseOpen,
  publicKeyOf,
  type RefusalReason,
  rawPublicKey,
  verifyPermit,
} from '../location/probe/index.ts';
import type { Signed } from '../location/probe/signed.ts';
import type { LandmarkClock } from './clock.ts';
import { Cookies } from './cookies.ts';
import type { DropReason } from './events.ts';
import { RateLimit } from './rate-limit.ts';
import type { LandmarkLimits, LandmarkOptions } from './settings.ts';
import type { Peer } from './sockets.ts';
import { UsedPermits } from './used-permits.ts';

/** What to do about a hello. `detail` is the id of the check that failed, where the permit did. */
export type Admission =
  | { readonly verdict: 'admitted'; readonly permit: Permit }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason; readonly detail: string | null }
  | { readonly verdict: 'dropped'; readonly reason: DropReason };

/** Who may be measured: cookies, rates, permits, and each permit once. */
export class Admissions {
  readonly #options: LandmarkOptions;
  readonly #limits: LandmarkLimits;
  readonly #clock: LandmarkClock;
  readonly #publicKey: Uint8Array;
  readonly #cookies = new Cookies();
  readonly #opens: RateLimit;
  readonly #hellos: RateLimit;
  readonly #used: UsedPermits;

  constructor(options: LandmarkOptions, limits: LandmarkLimits, clock: LandmarkClock) {
    this.#options = options;
    this.#limits = limits;
    this.#clock = clock;
    this.#publicKey = rawPublicKey(options.identity.key);
    this.#opens = new RateLimit(limits.opensByAddress, limits.opensInTotal);
    this.#hellos = new RateLimit(limits.hellosByAddress, limits.hellosInTotal);
    this.#used = new UsedPermits(clock.now(), limits.clockSkewMs);
  }

  /**
   * Answers with less than was asked, and keeps nothing.
   * @returns why not, or null @throws FormatError for what is no opening
   */
  open(datagram: Uint8Array, from: Peer): DropReason | null {
    const token = parseOpen(datagram);
    const limited = rateOf(this.#opens.take(from.endpoint.address, this.#nowMs()));
    if (limited === null) {
      from.send(encodeCookie(token, this.#cookies.make(from.name, token, this.#nowSeconds())));
    }
    return limited;
  }

  /** Cheap questions first: whoever has no cookie costs one MAC. */
  judge(hello: Signed<Hello>, from: Peer): Admission {
    const { cookie, token, permit: bytes } = hello.content;
    if (!this.#cookies.holds(cookie, from.name, token, this.#nowSeconds())) {
      // Its address has proved nothing: it is answered no more often than an opening.
      const flood = rateOf(this.#opens.take(from.endpoint.address, this.#nowMs()));
      return flood === null ? refused('cookie') : { verdict: 'dropped', reason: flood };
    }
    const limited = rateOf(this.#hellos.take(from.endpoint.address, this.#nowMs()));
    if (limited !== null) return { verdict: 'dropped', reason: limited };
    const { findings, permit } = verifyPermit(bytes, {
      keys: this.#options.permitKeys(),
      landmarkId: this.#options.identity.id,
      landmarkKey: this.#publicKey,
      at: this.#clock.now(),
      clockSkewMs: this.#limits.clockSkewMs,
    });
    if (permit === null) {
      return refused('permit', findings.checks.find(({ status }) => status === 'fail')?.id);
    }
    if (!helloHolds(hello, publicKeyOf('Ed25519', permit.hostKey))) return refused('signature');
    return { verdict: 'admitted', permit };
  }

  /** Uses a permit up; false where it was, or where an earlier process may have. */
  spend({ issuer, jti, issuedAt, expiresAt }: Permit): boolean {
    if (!this.#used.isRecent(issuedAt) || this.#used.has(issuer, jti)) return false;
    this.#used.add(issuer, jti, expiresAt);
    return true;
  }

  /** Forgets what has ended. */
  prune(): void {
    this.#used.prune(this.#clock.now());
  }

  #nowSeconds(): number {
    return Number(this.#clock.monotonic() / 1_000_000_000n) % 0x1_0000_0000;
  }

  #nowMs(): number {
    return Number(this.#clock.monotonic() / 1_000_000n);
  }
}

function refused(reason: RefusalReason, detail: string | null = null): Admission {
  return { verdict: 'refused', reason, detail };
}

function rateOf(granted: ReturnType<RateLimit['take']>): DropReason | null {
  if (granted === 'granted') return null;
  return granted === 'address' ? 'address-rate' : 'total-rate';
}
