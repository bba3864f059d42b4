import type { SnpEvidence } from '../amd/index.ts';
import type { TdxEvidence } from '../intel/index.ts';
import type { TpmQuote } from '../tpm/index.ts';
import type { Verified } from '../verified.ts';
import type { CertifiedAk } from './ak-certificate.ts';
import type { RuntimeClaims } from './runtime-claims.ts';

/**
 * An Azure confidential VM: hardware that vouches for a paravisor and its claims, a vTPM key that the claims name, and a
 * quote of that key. Whether paravisor and guest are good ones is appraisal's question.
 */
export type AzureCvmEvidence = {
  /** The hardware's word: which paravisor runs, on what. */
  readonly tee: Verified<SnpEvidence> | Verified<TdxEvidence>;
  /** The vTPM's word: what booted. Its firmware version is the paravisor's choice and proves nothing. */
  readonly quote: Verified<TpmQuote>;
  readonly claims: RuntimeClaims;
  /** SHA-256 of the attestation key's SubjectPublicKeyInfo, lower-case hexadecimal: names this VM's vTPM, which is disposable. */
  readonly akSha256: string;
  /** Azure's word that the VM is one of its own; null where the evidence holds no certificate. */
  readonly akCertificate: CertifiedAk | null;
  /** The earliest end of any certificate or collateral that verification rested on. */
  readonly validUntil: Date;
};
