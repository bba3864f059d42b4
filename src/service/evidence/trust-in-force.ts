import type { ApprovedReferenceSet } from '../../appraisal/reference-set.ts';

/** What evidence is judged by, as it was in force at one epoch. */
export type TrustInForce = {
  /** Grows with every change; a unit of work compares it with the store's. */
  readonly epoch: number;
  readonly referenceSets: readonly ApprovedReferenceSet[];
  /** SHA-256 of each root under which endorsement keys are trusted. */
  readonly ekAnchors: ReadonlySet<string>;
  /** Digests of all of it. */
  readonly digests: readonly string[];
  readonly selfApproved: boolean;
};

declare const effective: TrustInForce;
export async function trustInForce(_context: unknown, _facilityId: string): Promise<TrustInForce> {
  return effective;
}
