import { SextantError } from '../bytes/errors.ts';

/** What can keep a host from using its own TPM or TEE. Codes are API. */
type DeviceCode =
  /** A program or library that collects evidence is not installed. */
  | 'tool_missing'
  /** No TPM answers where one was sought. */
  | 'tpm_absent'
  /** The TPM is there and this user may not use it. */
  | 'tpm_permission'
  /** An NV index that should hold a certificate is not defined. */
  | 'nv_index_absent'
  /** The endorsement key that this TPM derives is not the one in its certificate. */
  | 'ek_mismatch'
  /** The TPM's maker has no service known here that hands out EK certificates. */
  | 'ek_maker_unknown'
  /** It has, and the service has none for this key. */
  | 'ek_unknown_to_maker'
  | 'ek_service_unreachable'
  /** It answered with an error or a redirect. */
  | 'ek_service_refused'
  /** Its answer holds no certificate, or is too long for one. */
  | 'ek_service_malformed'
  /** The persistent handle holds a key that is not this agent's. */
  | 'ak_handle_taken'
  /** The attestation key that was enrolled is no longer in this TPM. */
  | 'ak_absent'
  /** A hierarchy has a password, and it was not given or is wrong. */
  | 'tpm_auth'
  /** Too many failed authorizations: the TPM refuses until its lockout ends. */
  | 'tpm_lockout'
  /** A PCR bank was asked for that this TPM does not keep. */
  | 'pcr_bank_inactive'
  /** PCRs kept changing while they were being quoted. */
  | 'pcrs_moving'
  /** The credential was made for another TPM or another attestation key. */
  | 'credential_refused'
  | 'tpm_timeout'
  /** Neither a TEE nor a TPM was found; the message says where it was looked for. */
  | 'evidence_absent'
  /** The verifier does not read the kind of evidence that this machine has. */
  | 'evidence_not_accepted'
  /** This machine is no confidential guest, or not of the kind that was asked for. */
  | 'tee_absent'
  /** It is one, and this user may not ask for reports. */
  | 'tee_permission'
  /** A driver answers that is not read here. */
  | 'tee_provider_unknown'
  /** Another process kept writing into this agent's request. */
  | 'tee_other_writer'
  /** The driver is busy, or what stands behind it does not answer. */
  | 'tee_busy'
  /** Any other answer of the driver. */
  | 'tee_failed'
  /** GPUs were demanded, and no driver shows one. */
  | 'gpu_absent'
  /** They are in no mode in which they attest. */
  | 'gpu_mode'
  /** One of them is of a generation that does not. */
  | 'gpu_generation'
  /** They may, and this user may not ask them. */
  | 'gpu_permission'
  | 'gpu_timeout'
  /** Any other answer of the driver or of NVIDIA's collector. */
  | 'gpu_failed'
  /** The cloud's metadata service does not answer, or not as it should. */
  | 'metadata_unreachable'
  | 'metadata_refused'
  | 'metadata_malformed'
  /** Any other answer of the TPM or its tools; `actual` holds what they said. */
  | 'tpm_failed';

/** What can go wrong between agent and verifier. */
type ExchangeCode =
  /** The address is not a usable URL, or plaintext to another machine without leave. */
  | 'address_refused'
  | 'verifier_unreachable'
  | 'deadline_exceeded'
  /** The verifier answered with a redirect: proofs are made for one address, and follow none. */
  | 'redirect_refused'
  | 'answer_too_large'
  /** An answer that is not what the protocol says; perhaps not a verifier at all. */
  | 'answer_malformed';

/** What is wrong with the agent's own folder. */
type FolderCode =
  | 'data_unreadable'
  | 'data_unwritable'
  | 'not_enrolled'
  | 'already_enrolled'
  /** The host enrolled by another kind of evidence than the one that was asked for. */
  | 'enrolled_otherwise'
  | 'data_exposed';

/** What can keep a landmark from measuring this host. None of it forbids anything: a bound is missing. */
type LandmarkCode =
  /** Bytes that are no permit, or one for other keys. */
  | 'permit_unusable'
  | 'landmark_silent'
  /** Something answers in its name, without its key. */
  | 'landmark_unproven'
  /** `actual` says why. */
  | 'landmark_refused'
  /** It lists rounds that this host did not answer so. */
  | 'landmark_disputed';

export type AgentCode = DeviceCode | ExchangeCode | FolderCode | LandmarkCode;

/** A failure on the host's side. `mend` says what a person can do about it, in one sentence. */
export class AgentError extends SextantError<AgentCode> {
  readonly mend: string;

  constructor(
    code: AgentCode,
    message: string,
    mend: string,
    details: ConstructorParameters<typeof SextantError>[2] = {},
  ) {
    super(code, message, details);
    this.mend = mend;
  }
}
