import { type BundleInput, type BundleResult, verifyBundle } from '../../evidence/bundle/verify.ts';

/** Whoever verifies the bundles that hosts submit: this thread, or others. */
export type BundleVerifier = {
  /**
   * @throws AvailabilityError `overloaded`, `verification_unavailable`: nothing was verified
   */
  readonly verify: (input: BundleInput) => Promise<BundleResult>;
  /** Ends what is under way as unavailable. */
  readonly close: () => Promise<void>;
};

/** In the thread that asks. */
export const ownThread: BundleVerifier = {
  verify: async (input) => verifyBundle(input),
  close: async () => {},
};
