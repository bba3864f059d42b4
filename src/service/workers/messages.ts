import type { BundleJob } from '../../evidence/bundle/transfer/job.ts';
import type { TransferredResult } from '../../evidence/bundle/transfer/verify.ts';
import type { ThreadTimes } from './bundle-verifier.ts';
import type { Claim } from './claim.ts';

/** To a worker: a job to do after those that came before, unless it was claimed back. */
export type JobMessage = { readonly job: number; readonly claim: Claim; readonly bundle: BundleJob };

/** From a worker, once: everything that it needs is loaded, and only now does the time of a job count. */
export const READY = 'ready';

/** From a worker, one for each. `failed`: the verifier itself threw, which it does for nothing that a host sends. */
export type AnswerMessage =
  | { readonly job: number; readonly times?: ThreadTimes; readonly result: TransferredResult }
  | { readonly job: number; readonly times?: ThreadTimes; readonly failed: string };

export type WorkerSetup = {
  /** See evidence/bundle/transfer: of the pool that starts the worker. */
  readonly key: Uint8Array;
};
