/** What the page hands to its checker, all of it as the verifier answered it; and the checker's answer. */

/** Everything that is asked about one log, or about one act in it. */
export type ProofQuestion = {
  /** The log's key, one line (signed-note verifier key): the one that this browser kept. */
  readonly key: string;
  /** The newest checkpoint, a signed note. */
  readonly checkpoint: string;
  /** The checkpoint that this browser kept from an earlier visit, with the proof that the log has only grown since. */
  readonly kept: { readonly checkpoint: string; readonly growth: unknown } | null;
  /** An act's receipt, with the proof that the log has only grown since its checkpoint. */
  readonly act: { readonly receipt: unknown; readonly growth: unknown } | null;
};

export type ProofCheck = {
  readonly id:
    | 'log.checkpoint'
    | 'log.grown-since-kept'
    | 'log.receipt.checkpoint'
    | 'log.receipt.inclusion'
    | 'log.grown-since-receipt';
  readonly status: 'pass' | 'fail';
  readonly expected: string;
  readonly actual: string;
};

export type ProofAnswer = {
  readonly checks: readonly ProofCheck[];
  /** What the newest checkpoint says, where it holds. */
  readonly head: { readonly origin: string; readonly size: number; readonly root: string } | null;
  /** Names in the lines of signatures below the newest checkpoint, the log's own left out: who says to have witnessed it. */
  readonly witnesses: readonly string[];
};

export type Numbered<T> = { readonly number: number; readonly value: T };
