import { type Rate, TokenBuckets } from '../bytes/token-buckets.ts';
import { networkOf } from '../pki/ip-network.ts';

const MAX_ADDRESSES = 10_000;
const ALL = 'all';

/** Rates for untimed requests: one for each address (an IPv6 network of 64 bits is one), and one for all together. */
export class RateLimit {
  readonly #each: TokenBuckets;
  readonly #all: TokenBuckets;

  constructor(each: Rate, all: Rate) {
    this.#each = new TokenBuckets(each, MAX_ADDRESSES);
    this.#all = new TokenBuckets(all, 1);
  }

  /** Whether one more may be answered; whose limit was reached otherwise. @param nowMs monotonic */
  take(address: string, nowMs: number): 'granted' | 'address' | 'total' {
    if (!this.#each.take(networkOf(address), nowMs).granted) return 'address';
    return this.#all.take(ALL, nowMs).granted ? 'granted' : 'total';
  }
}
