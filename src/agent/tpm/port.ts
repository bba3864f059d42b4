import type { PcrBank } from '../../evidence/bundle/tpm-item.ts';
import type { HostLogs } from './event-log.ts';
import type { PcrChoice } from './selection.ts';

/** What a manufacturer put into a TPM, or beside it. */
export type Endorsement = {
  /** X.509, DER, as read: NV indices may pad it with 0xFF. */
  readonly ekCertificate: Uint8Array;
  /** CA certificates between it and the manufacturer's root (DER), in no particular order; often none. */
  readonly ekIntermediates: readonly Uint8Array[];
  /** TPM2B_PUBLIC. */
  readonly ekPublic: Uint8Array;
  /** The machine's platform certificate and CAs above its issuer (DER); absent where nobody named one. */
  readonly platform?: { readonly certificate: Uint8Array; readonly intermediates: readonly Uint8Array[] };
};

export type AttestationKey = {
  /** TPM2B_PUBLIC of a restricted signing key that cannot leave the TPM. */
  readonly akPublic: Uint8Array;
  /** TPM2B_NAME without its size: nameAlg and digest. */
  readonly name: Uint8Array;
};

export type QuoteRequest = {
  /** What the TPM signs along with the PCRs: 32 bytes that commit to the binding. */
  readonly extraData: Uint8Array;
  readonly choice: PcrChoice;
};

export type DeviceQuote = {
  /** TPMS_ATTEST, as signed. */
  readonly quote: Uint8Array;
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array;
  /** The values whose digest was signed. */
  readonly pcrs: ReadonlyMap<PcrBank, ReadonlyMap<number, Uint8Array>>;
};

export type CredentialChallenge = {
  /** TPM2B_ID_OBJECT. */
  readonly credentialBlob: Uint8Array;
  /** TPM2B_ENCRYPTED_SECRET. */
  readonly encryptedSecret: Uint8Array;
};

/**
 * A TPM 2.0 as the agent uses it. Every method throws AgentError with a code of `DeviceCode`; none of them changes
 * anything but the one attestation key that `createOrLoadAk` keeps.
 */
export interface TpmDevice {
  readEndorsement(): Promise<Endorsement>;
  /** The agent's own attestation key: the one that it made before, or a new one where there is none. */
  createOrLoadAk(): Promise<AttestationKey>;
  quote(request: QuoteRequest): Promise<DeviceQuote>;
  /** TPM2_ActivateCredential (Part 3, 12.5). @throws AgentError `credential_refused` when it was made for another TPM or key */
  activateCredential(challenge: CredentialChallenge): Promise<Uint8Array>;
  /** The logs behind the PCRs of a choice; each says why where this host keeps none or it may not be read. Never throws for that. */
  readLogs(choice: PcrChoice): Promise<HostLogs>;
}
