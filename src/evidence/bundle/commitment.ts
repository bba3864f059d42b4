import { hash } from 'node:crypto';
import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';
import type { Item } from './cmw.ts';
import { BINDING_LABEL, BINDING_MEDIA_TYPE, type Stage, stageOf } from './labels.ts';

/**
 * What a piece of evidence puts where its format has room for the verifier's challenge, and how long that room is:
 * a GPU's nonce, a TPM quote's extraData, a TEE's report data.
 */
export type CommitmentPurpose = 'gpu-nonce' | 'tpm-extra-data' | 'tee-report-data';

const HASHES = {
  'gpu-nonce': 'sha256',
  'tpm-extra-data': 'sha256',
  'tee-report-data': 'sha512',
} as const satisfies Record<CommitmentPurpose, string>;

const STAGE_OF_PURPOSE = {
  'gpu-nonce': 1,
  'tpm-extra-data': 2,
  'tee-report-data': 3,
} as const satisfies Record<CommitmentPurpose, Stage>;

/** SHA-256 over `sextant/v1/bundle-item\0` and the item's bytes, in hexadecimal: what stands for an item in commitments. */
export function itemDigest(value: Uint8Array): string {
  return hash('sha256', domain('bundle-item', value), 'hex');
}

/**
 * The challenge for one stage of evidence: a hash over `sextant/v1/<purpose>\0` and the canonical JSON of
 * {label: {mediaType, sha256}} of the binding and of every item of an earlier stage. Whoever adds, drops, relabels,
 * retypes or changes any of them changes the hash, so a missing or an extra label fails.
 *
 * @param binding the bytes of the item `binding`: canonical JSON
 * @param items any items of the bundle; those of this stage or a later one are left out, as they do not exist yet
 * @returns 32 bytes for a GPU or a TPM, 64 for a TEE
 */
export function commitment(
  purpose: CommitmentPurpose,
  binding: Uint8Array,
  items: Iterable<Item>,
): Uint8Array {
  const covered: { [label: string]: { mediaType: string; sha256: string } } = {
    [BINDING_LABEL]: { mediaType: BINDING_MEDIA_TYPE, sha256: itemDigest(binding) },
  };
  for (const { label, mediaType, value } of items) {
    const stage = stageOf(mediaType);
    if (label === BINDING_LABEL || stage === undefined || stage >= STAGE_OF_PURPOSE[purpose]) continue;
    covered[label] = { mediaType, sha256: itemDigest(value) };
  }
  const input = domain(purpose, canonicalJsonBytes(covered));
  return new Uint8Array(hash(HASHES[purpose], input, 'buffer'));
}
