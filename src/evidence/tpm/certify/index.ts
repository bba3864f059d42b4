/** TPM2_Certify and TPM2_CertifyCreation: what a TPM says of the objects that it holds and makes. */
export type { TpmsAttestCertify, TpmsAttestCreation } from './attest.ts';
export type { CertifiedDemand } from './certified-key.ts';
export { parseTpm2bCreationData, type TpmsCreationData } from './creation/creation-data.ts';
export {
  type TpmCreation,
  type TpmCreationInput,
  type TpmCreationOptions,
  type TpmCreationResult,
  verifyTpmCreation,
} from './creation/verify.ts';
export {
  type TpmCertification,
  type TpmCertifyInput,
  type TpmCertifyOptions,
  type TpmCertifyResult,
  verifyTpmCertify,
} from './verify.ts';
