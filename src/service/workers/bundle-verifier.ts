import { type BundleInput, type BundleResult, verifyBundle } from '../../evidence/bundle/verify.ts';

/** By the thread's own clock, milliseconds since the epoch with fractions. */
export type ThreadTimes = { readonly beganMs: number; readonly endedMs: number };

/** Whoever verifies the bundles that hosts submit: this thread, or others. */
export type BundleVerifier = {
  /**
   * @param follow told, before the answer, when another thread began and ended it; of what was done here it is told nothing
   * @throws AvailabilityError `overloaded`, `verification_unavailable`: nothing was verified
   */
  readonly verify: (input: BundleInput, follow?: (times: ThreadTimes) => void) => Promise<BundleResult>;
  /** Threads of its own, and submissions that none of them has begun. */
  readonly load: () => { readonly threads: number; readonly waiting: number };
  /** Ends what is under way as unavailable. */
  readonly close: () => Promise<void>;
};

/** In the thread that asks. */
export const ownThread: BundleVerifier = {
  verify: async (input) => verifyBundle(input),
  load: () => ({ threads: 0, waiting: 0 }),
  close: async () => {},
};
