import type { Findings } from '../../evidence/check.ts';
import type { TpmtPublic } from '../../evidence/tpm/index.ts';

export type TpmClaim = {
  readonly ekCertificate: Uint8Array;
  readonly ekIntermediates: readonly Uint8Array[];
  readonly ekPublic: Uint8Array;
  readonly akPublic: Uint8Array;
  readonly anchors: unknown;
  readonly at: Date;
};

/** A TPM whose keys and certificate are in order; that it holds them, activation shows. */
export type TpmIdentity = {
  /** SHA-256 of the endorsement key's SubjectPublicKeyInfo, lower-case hexadecimal. */
  readonly ekDigest: string;
  readonly ekPublic: TpmtPublic;
  readonly ekCertificate: Uint8Array;
  /** SHA-256 of the anchor under which the certificate was verified. */
  readonly ekAnchor: string;
  readonly akName: Uint8Array;
  readonly akPublic: Uint8Array;
};

export type Examination = { readonly findings: Findings; readonly identity: TpmIdentity | null };

export function examineTpm(_claim: TpmClaim): Examination {
  throw new Error('later');
}
