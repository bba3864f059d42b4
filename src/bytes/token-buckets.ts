/** How often something may be asked for: what is earned each second, and how much of it may be saved up. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** Where somebody stands after asking. */
export type Standing = {
  readonly granted: boolean;
  /** Whole requests that are left now. */
  readonly remaining: number;
  /** Until one more is granted; 0 where one is left. */
  readonly nextMs: number;
  /** Until all that may be saved up is there again. */
  readonly fullMs: number;
};

type Bucket = { tokens: number; at: number };

/**
 * Token buckets by key, no more than `maxKeys` of them: beyond that whoever asked least recently is forgotten, and begins anew. A flood under ever
 * new keys costs its own share of processor, not memory. Pure but for what it remembers: time is an argument, monotonic and in milliseconds.
 */
export class TokenBuckets {
  #rate: Rate;
  readonly #maxKeys: number;
  /** In the order in which they last asked. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, maxKeys: number) {
    this.#rate = rate;
    this.#maxKeys = maxKeys;
  }

  get rate(): Rate {
    return this.#rate;
  }

  /** From now on another: what was saved up beyond its burst is gone. */
  changeRate(rate: Rate): void {
    this.#rate = rate;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one, where there is one. */
  take(key: string, nowMs: number): Standing {
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: nowMs };
    const earned = (Math.max(0, nowMs - bucket.at) / 1000) * perSecond;
    const tokens = Math.min(burst, bucket.tokens + earned);
    const granted = tokens >= 1;
    bucket.tokens = granted ? tokens - 1 : tokens;
    bucket.at = nowMs;
    this.#remember(key, bucket);
    return {
      granted,
      remaining: Math.floor(bucket.tokens),
      nextMs: bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) / perSecond) * 1000,
      fullMs: ((burst - bucket.tokens) / perSecond) * 1000,
    };
  }

  #remember(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size >= this.#maxKeys && !oldest.done) this.#buckets.delete(oldest.value);
    this.#buckets.set(key, bucket);
  }
}
