declare const verified: unique symbol;

/**
 * A value whose authenticity a verifier has established: structure, signatures, chain, dates and binding.
 *
 * Only files named `verify.ts` under `evidence/` may call {@link sealVerified} (the architecture test enforces it), and
 * `appraisal/` accepts nothing else, so that bytes which nobody verified cannot reach a decision. What `Verified` does
 * not say: that the measured state is a good one. That is appraisal's question.
 */
export type Verified<T> = T & { readonly [verified]: true };

export function sealVerified<T extends object>(value: T): Verified<T> {
  return Object.freeze(value) as Verified<T>; // the one place where the brand is given
}
