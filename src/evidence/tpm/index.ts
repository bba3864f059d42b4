/** The TPM 2.0 room's public face: what other rooms, and `azure/`, may use. */

export {
  compareEventLog,
  type ExplainedEvent,
  type ExplainedLog,
  explainQuote,
} from '../eventlog/compare.ts';
export { eventTypeText } from '../eventlog/event-types.ts';
export { type ImaEntry, type ImaMeasurement, measurementOf } from '../eventlog/ima/entry.ts';
export { type ExplainedIma, explainIma } from '../eventlog/ima/explain.ts';
export { parseImaLog } from '../eventlog/ima/parse.ts';
export { type ImaReplay, replayIma } from '../eventlog/ima/replay.ts';
export { type EventLog, parseEventLog, type TcgEvent } from '../eventlog/parse.ts';
export { type Replay, replayEventLog } from '../eventlog/replay.ts';
export { activateCredential } from './activate-credential.ts';
export { type HashAlgorithm, type HashName, hashAlgorithmByName } from './algorithms.ts';
export { parseTpmsAttestQuote, type TpmsAttestQuote, type TpmsClockInfo } from './attest.ts';
export { type AttestationKey, attestationKeyFromPem, attestationKeyFromPublic } from './attestation-key.ts';
export * from './certify/index.ts';
export {
  type Credential,
  parseCredential,
  parseCredentialFile,
  toCredentialFile,
  toTpm2b,
} from './credential.ts';
export * from './devid/index.ts';
export { type EkCertificateOptions, examineEkCertificate } from './ek/certificate.ts';
export { type NvPadding, withoutPadding } from './ek/nv-certificate.ts';
export { type TpmIdentity, tpmIdentity } from './ek/tcg-names.ts';
export {
  type EndorsementKey,
  type EndorsementKeyInput,
  type EndorsementKeyResult,
  verifyEndorsementKey,
} from './ek/verify.ts';
export { type TpmCode, TpmError } from './errors.ts';
export { type TpmFolder, type TpmFolderOptions, verifyTpmFolder } from './folder.ts';
export { kdfA, kdfE } from './kdf.ts';
export { CREDENTIAL_ENTROPY_BYTES, type MakeCredentialInput, makeCredential } from './make-credential.ts';
export { parsePcrFile } from './pcr-file.ts';
export { type PcrSelection, sameSelection, selectionText } from './pcr-selection.ts';
export { type PcrBanks, type PcrMap, type PcrValues, parsePcrMap, toPcrMap } from './pcrs.ts';
export * from './platform-certificate/index.ts';
export { parseTpm2bPublic, parseTpmtPublic, type TpmtPublic } from './public.ts';
export { importPublicKey } from './public-key.ts';
export { qualifiedName, TPM_RH_ENDORSEMENT, TPM_RH_OWNER } from './qualified-name.ts';
export {
  decapsulateEcc,
  decapsulateRsa,
  type Encapsulated,
  encapsulateEcc,
  encapsulateRsa,
  ephemeralScalar,
} from './seed.ts';
export { parseTpmtSignature, type TpmtSignature } from './signature.ts';
export {
  type TpmPolicy,
  type TpmQuote,
  type TpmQuoteInput,
  type TpmQuoteOptions,
  type TpmQuoteResult,
  verifyTpmQuote,
} from './verify.ts';
