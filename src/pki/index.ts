/** Certificates, path validation and pinned anchors: usable alone. See docs/library.md. */
export { FormatError, SextantError } from '../bytes/errors.ts';
export type { AlgorithmIdentifier } from './algorithm-identifier.ts';
export {
  type AlgorithmPolicy,
  DANGEROUSLY_LEGACY_ALGORITHMS,
  DEFAULT_ALGORITHMS,
} from './algorithm-policy.ts';
export { type Certificate, isSelfIssued, parseCertificate } from './certificate.ts';
export { isContentInfo, parseCertsOnly } from './certs-only.ts';
export { chainDigest } from './chain-digest.ts';
export { type Crl, type CrlDeparture, type CrlLimits, parseCrl } from './crl.ts';
export type { Departure } from './departure.ts';
export type { KeyUsage } from './extension-keys.ts';
export type { Extensions } from './extensions.ts';
export { importPublicKey } from './key-cache.ts';
export { attributeTexts, equalNames, type Name, parseName } from './name.ts';
export { nameText } from './name-text.ts';
export { OID } from './object-identifiers.ts';
export {
  type BasicOcspResponse,
  type OcspResponse,
  parseOcspResponse,
} from './ocsp.ts';
export { type OcspRequestInput, writeOcspRequest } from './ocsp-request.ts';
export { type PathInput, type VerifiedPath, verifyPath } from './path.ts';
export { DEFAULT_LIMITS, type PathLimits } from './path-budget.ts';
export { PATH_CODES, type PathCode, PathError } from './path-error.ts';
export { HARDWARE_POLICY, type PathPolicy, RFC5280_POLICY, WEBPKI_POLICY } from './path-policy.ts';
export { parsePem, writePem } from './pem.ts';
export { matchPin, type Pin, type PinFile, parsePinFile, pinnedAnchors } from './pins.ts';
export { type SignatureCode, SignatureError } from './pki-error.ts';
export { type PublicKeyInfo, parsePublicKeyInfo } from './public-key.ts';
export {
  demandUnrevoked,
  type RevocationInput,
  type RevocationVerdict,
  revocationCode,
  verifyRevocation,
} from './revocation.ts';
export type { CertifiedPath, KeyHolder, RevocationSource } from './revocation-context.ts';
export { REVOCATION_CODES, type RevocationCode, type RevocationFailure } from './revocation-failure.ts';
export type { RevocationReason } from './revocation-reason.ts';
export { matchesDnsName, matchesIp, matchesMailbox, matchesServerName } from './server-name.ts';
export { type SignedBytes, verifySignature } from './signature.ts';
export { anchorFromCertificate, anchorFromKey, type TrustAnchor } from './trust-anchor.ts';
