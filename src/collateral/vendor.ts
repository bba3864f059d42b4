import { CollateralError } from './errors.ts';
import { createFetcher, type Fetcher } from './fetcher.ts';
import { type QueueOptions, RequestQueue } from './request-queue.ts';
import type { VendorName, VendorStatus } from './source.ts';
import type { Timing } from './timing.ts';

/** One vendor as it is asked: its turns, its fetcher, and how it has answered lately. */
export type Vendor = {
  readonly fetch: Fetcher;
  readonly status: () => VendorStatus;
  readonly estimatedWaitMs: () => number;
};

/** Whoever watches what is asked of vendors: runs the work, which may take several tries, and answers what that answers. */
export type CollateralFollower = <T>(vendor: VendorName, work: () => Promise<T>) => Promise<T>;

export type VendorOptions = {
  readonly name: VendorName;
  readonly follow?: CollateralFollower | undefined;
  readonly origins: readonly string[];
  readonly queue: QueueOptions;
  readonly mode: 'online' | 'offline';
  readonly timing: Timing;
  readonly perTryMs?: number;
};

export function createVendor(options: VendorOptions): Vendor {
  const { name, follow, origins, queue: limits, mode, timing, perTryMs } = options;
  const queue = new RequestQueue(limits, timing);
  let [requests, failures] = [0, 0];
  let lastFailure: string | null = null;
  const ask = createFetcher({
    origins,
    queue,
    timing,
    ...(perTryMs === undefined ? {} : { perTryMs }),
    onOutcome: (failure) => {
      requests++;
      if (failure !== null) failures++;
      // An answer is an answer: that a vendor does not know a chip says nothing against the vendor.
      lastFailure = failure === null || failure.code === 'collateral_not_found' ? null : failure.code;
    },
  });
  const fetch: Fetcher = follow === undefined ? ask : (request) => follow(name, () => ask(request));
  return {
    fetch: mode === 'online' ? fetch : offline,
    estimatedWaitMs: () => queue.estimatedWaitMs,
    status: () => ({
      state: requests === 0 ? 'unasked' : lastFailure === null ? 'reachable' : 'failing',
      requests,
      failures,
      lastFailure,
      queued: queue.queued,
    }),
  };
}

function offline({ url }: { readonly url: URL }): Promise<never> {
  const message = `${url.host} is not asked: this verifier works offline, from what was imported`;
  return Promise.reject(new CollateralError('collateral_unavailable', message, { path: url.href }));
}
