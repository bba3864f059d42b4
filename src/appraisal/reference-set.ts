import { z } from 'zod';
import { contentDigest } from '../evidence/digest.ts';
import type { ReferenceSetName } from '../protocol/appraisal.ts';
import { sgxReferenceSet } from './reference/sgx.ts';
import { snpReferenceSet } from './reference/snp.ts';
import { tdxReferenceSet } from './reference/tdx.ts';
import { tpmReferenceSet } from './reference/tpm-pcrs.ts';

/**
 * A named set of reference values: what an approved machine measures. An immutable, versioned trust input. A set lists
 * every value that it allows; a machine matches when each named field holds one of them.
 */
export const referenceSet = z.discriminatedUnion('kind', [tpmReferenceSet, tdxReferenceSet, snpReferenceSet]);

/** What offline policies may name besides: enclaves, by which no host enrols. */
export const offlineReferenceSet = z.discriminatedUnion('kind', [
  tpmReferenceSet,
  tdxReferenceSet,
  snpReferenceSet,
  sgxReferenceSet,
]);
export type ReferenceSet = z.infer<typeof referenceSet>;
export type OfflineReferenceSet = z.infer<typeof offlineReferenceSet>;

/** A set that is in force: approved, logged, not withdrawn; or one that an offline policy names. */
export type ApprovedReferenceSet = { readonly set: OfflineReferenceSet; readonly digest: string };

/** A set's name by content; the approval is of this digest. */
export function referenceSetDigest(set: OfflineReferenceSet): string {
  // A trip through JSON drops optional members that are present and undefined, which have no canonical form.
  return contentDigest('reference-set', JSON.parse(JSON.stringify(set)));
}

export function referenceSetName({ set, digest }: ApprovedReferenceSet): ReferenceSetName {
  return { name: set.name, version: set.version, digest, sealed: set.sealed };
}
