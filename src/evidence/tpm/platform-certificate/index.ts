/** TCG platform certificates: which machine a TPM was built into. */
export { type AttributeCertificate, parseAttributeCertificate } from './attribute-certificate.ts';
export { type PlatformIdentity, platformIdentity } from './identity.ts';
export {
  type PlatformCertificate,
  type PlatformCertificateInput,
  type PlatformCertificateResult,
  verifyPlatformCertificate,
} from './verify.ts';
