/** `sextant/evidence`: bytes to verified evidence, useful without the service. */
export { FormatError, SextantError } from '../bytes/errors.ts';
export {
  type CertificateTable,
  checkReportData,
  type GuestPolicy,
  type PlatformInfo,
  parseCertificateTable,
  parseGuestPolicy,
  parsePlatformInfo,
  parseSnpReport,
  readCertificates,
  readCertificateTable,
  type SnpCertificateNeed,
  type SnpEvidence,
  type SnpProduct,
  type SnpReport,
  type SnpReportInput,
  type SnpReportResult,
  snpCertificateNeeds,
  type TcbVersion,
  verifySnpReport,
} from './amd/index.ts';
export * from './azure/index.ts';
export { type BoundSession, parseBinding, serialiseBinding } from './bundle/binding.ts';
export { type Collection, type Item, parseCollection, serialiseCollection } from './bundle/cmw.ts';
export { type CommitmentPurpose, commitment, itemDigest } from './bundle/commitment.ts';
export type { HostEvidence, ItemName } from './bundle/host-evidence.ts';
export { type Jws, parseJws, signJws } from './bundle/jws.ts';
export {
  NVIDIA_GPU_MEDIA_TYPE,
  NVIDIA_SWITCH_MEDIA_TYPE,
  type NvidiaItem,
  type NvidiaItemParts,
  parseNvidiaItem,
  serialiseNvidiaItem,
} from './bundle/nvidia-item.ts';
export { type NvidiaNeed, type NvidiaNeedsContext, nvidiaNeeds } from './bundle/nvidia-needs.ts';
export { NO_NVIDIA_TRUST, type NvidiaTrust } from './bundle/nvidia-trust.ts';
export { parseSnpItem, type SnpItem, type SnpItemParts, serialiseSnpItem } from './bundle/snp-item.ts';
export { parseTdxItem, serialiseTdxItem, type TdxItem } from './bundle/tdx-item.ts';
export { NO_TEE_TRUST, type TeeTrust } from './bundle/tee-trust.ts';
export { parseTpmItem, serialiseTpmItem, type TpmItem } from './bundle/tpm-item.ts';
export { type BundleInput, type BundleResult, type EnrolledHost, verifyBundle } from './bundle/verify.ts';
export { type Check, CheckList, type Findings, type NotPerformed } from './check.ts';
export type {
  EvidenceFolder,
  Format,
  OfflineContext,
  OfflineFindings,
  OfflineMeasurements,
} from './format.ts';
export { FORMATS, recogniseFormat } from './formats.ts';
export * from './intel/index.ts';
export * from './manifest/index.ts';
export {
  type NitroDocument,
  type NitroDocumentInput,
  type NitroDocumentResult,
  parseNitroDocument,
  verifyNitroDocument,
} from './nitro/index.ts';
export * from './nvidia/index.ts';
export * from './tpm/index.ts';
export type { Verified } from './verified.ts';
