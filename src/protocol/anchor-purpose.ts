/** What roots may vouch for. No root of one purpose counts for another. */
export const ANCHOR_PURPOSES = [
  'tpm-ek',
  'intel-sgx-root',
  'amd-ark',
  'azure-vtpm-ak',
  'nvidia-device-root',
  'nvidia-rim-root',
  'tcg-platform-ca',
] as const;
export type AnchorPurpose = (typeof ANCHOR_PURPOSES)[number];
