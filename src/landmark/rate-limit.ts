import { parseIpAddress } from '../pki/ip-address.ts';

export type Rate = { readonly perSecond: number; readonly burst: number };

/** Beyond that many addresses at once the oldest is forgotten: a flood from everywhere costs its own share, not memory. */
const MAX_ADDRESSES = 10_000;

type Bucket = { tokens: number; at: number };

/** Token buckets for untimed requests: one for each address (an IPv6 network of 64 bits is one), and one for all together. */
export class RateLimit {
  readonly #each: Rate;
  readonly #all: Rate;
  readonly #buckets = new Map<string, Bucket>();
  readonly #total: Bucket;

  constructor(each: Rate, all: Rate) {
    this.#each = each;
    this.#all = all;
    this.#total = { tokens: all.burst, at: 0 };
  }

  /** Whether one more may be answered; whose limit was reached otherwise. @param nowMs monotonic */
  take(address: string, nowMs: number): 'granted' | 'address' | 'total' {
    const key = networkOf(address);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: this.#each.burst, at: nowMs };
      const oldest = this.#buckets.keys().next();
      if (this.#buckets.size >= MAX_ADDRESSES && !oldest.done) this.#buckets.delete(oldest.value);
      this.#buckets.set(key, bucket);
    }
    if (!spend(bucket, this.#each, nowMs)) return 'address';
    return spend(this.#total, this.#all, nowMs) ? 'granted' : 'total';
  }
}

function spend(bucket: Bucket, { perSecond, burst }: Rate, nowMs: number): boolean {
  const earned = (Math.max(0, nowMs - bucket.at) / 1000) * perSecond;
  bucket.tokens = Math.min(burst, bucket.tokens + earned);
  bucket.at = nowMs;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

function networkOf(address: string): string {
  const bytes = parseIpAddress(address.split('%')[0] ?? '')?.bytes;
  if (bytes === undefined || bytes.length === 4) return address;
  return Buffer.from(bytes.subarray(0, 8)).toString('hex');
}
