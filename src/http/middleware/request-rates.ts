import type { IncomingMessage } from 'node:http';
import { type Rate, type Standing, TokenBuckets } from '../../bytes/token-buckets.ts';
import { HttpError } from '../errors.ts';
import type { Route, Scheme } from '../route.ts';
import { networkOfPeer, type TrustedProxies } from './peer.ts';

/** How often somebody may ask; null where nothing limits it. */
export type RequestRates = {
  /** One address (an IPv6 network of 64 bits is one), over all that people and programs ask with tokens or without. */
  readonly address: Rate | null;
  /** One principal, by whichever of its tokens. */
  readonly principal: Rate | null;
  /** One host, landmark or enrolling machine, by its key. */
  readonly host: Rate | null;
};

/**
 * Far above honest use: an auditor's mirror reads some thousand tiles at once, a host asks a few times an hour and for each licence once
 * in half a grant's life. What is kept off is a loop that went wrong, and one party that takes the verifier from the others.
 */
export const REQUEST_RATES: RequestRates = {
  address: { perSecond: 300, burst: 9_000 },
  principal: { perSecond: 300, burst: 9_000 },
  host: { perSecond: 10, burst: 600 },
};

/** Of each kind; a bucket takes about 150 bytes. */
const MAX_KEYS = 20_000;

/** Asked by balancers and supervisors, from one address each: refusing them would take the verifier away from everybody. */
const NEVER_BY_ADDRESS: ReadonlySet<string> = new Set(['getHealth', 'getReadiness', 'getMetrics']);

const BY_KEY: ReadonlySet<Scheme> = new Set(['host', 'key', 'enrolment']);

/** RateLimit header fields for an answer; undefined while there is plenty left. */
export type Told = { readonly [name: string]: string } | undefined;

/**
 * Holds requests to their rates. Hosts are counted by their keys alone, never by address: a hall of machines that boots at once stands
 * behind one, and what it asks for is its way back (docs/decisions/0150-limits.md).
 */
export class RequestLimits {
  readonly #address: TokenBuckets | null;
  readonly #principal: TokenBuckets | null;
  readonly #host: TokenBuckets | null;
  readonly #proxies: TrustedProxies | null;
  readonly #whole: RequestRates;

  constructor(rates: RequestRates, proxies: TrustedProxies | null) {
    const { address, principal, host } = rates;
    this.#whole = rates;
    this.#address = bucketsOf(address);
    this.#principal = bucketsOf(principal);
    this.#host = bucketsOf(host);
    this.#proxies = proxies;
  }

  /**
   * Admits one of so many equal parts of the rates, because as many verifiers admit the others. A part has room for one request at least:
   * nobody is kept out for good by how many verifiers there are.
   */
  share(parts: number): void {
    for (const [buckets, rate] of [
      [this.#address, this.#whole.address],
      [this.#principal, this.#whole.principal],
      [this.#host, this.#whole.host],
    ] as const) {
      if (buckets === null || rate === null) continue;
      const { perSecond, burst } = rate;
      buckets.changeRate({ perSecond: perSecond / parts, burst: Math.max(1, burst / parts) });
    }
  }

  /** Before anything else is looked at. @throws HttpError `rate_limited` */
  admitAddress(request: IncomingMessage, { operationId, authorise }: Route, nowMs: number): Told {
    if (this.#address === null || BY_KEY.has(authorise.scheme) || NEVER_BY_ADDRESS.has(operationId))
      return undefined;
    const network = networkOfPeer(request, this.#proxies);
    return network === null ? undefined : spend('address', this.#address, network, nowMs);
  }

  /** Once it is known who asks, before the body is read. @throws HttpError `rate_limited` */
  admitCaller(caller: string | undefined, { authorise }: Route, nowMs: number): Told {
    const buckets = BY_KEY.has(authorise.scheme) ? this.#host : this.#principal;
    if (buckets === null || caller === undefined) return undefined;
    return spend(buckets === this.#host ? 'host' : 'principal', buckets, caller, nowMs);
  }
}

function bucketsOf(rate: Rate | null): TokenBuckets | null {
  return rate === null ? null : new TokenBuckets(rate, MAX_KEYS);
}

function spend(policy: keyof RequestRates, buckets: TokenBuckets, key: string, nowMs: number): Told {
  const standing = buckets.take(key, nowMs);
  const { granted, remaining, nextMs } = standing;
  if (granted) return remaining > buckets.rate.burst / 2 ? undefined : told(policy, buckets.rate, standing);
  const seconds = Math.max(1, Math.ceil(nextMs / 1000));
  throw new HttpError('rate_limited', `too many requests by one ${policy}: ask again in ${seconds} s`, {
    headers: { ...told(policy, buckets.rate, standing), 'retry-after': String(seconds) },
  });
}

/** draft-ietf-httpapi-ratelimit-headers, sections 3 and 4: quota and window in seconds; what remains, and until when it is whole again. */
function told(policy: string, { perSecond, burst }: Rate, { remaining, fullMs }: Standing): Told {
  return {
    'ratelimit-policy': `"${policy}";q=${Math.floor(burst)};w=${Math.ceil(burst / perSecond)}`,
    ratelimit: `"${policy}";r=${remaining};t=${Math.ceil(fullMs / 1000)}`,
  };
}
