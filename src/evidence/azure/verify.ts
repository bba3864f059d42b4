import { hash } from 'node:crypto';
import type { TrustAnchor, VerifiedPath } from '../../pki/index.ts';
import { CheckList, type Findings } from '../check.ts';
import type { IntelCollateral } from '../intel/index.ts';
import { type PcrValues, type TpmPolicy, verifyTpmQuote } from '../tpm/index.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { checkAkCertificate } from './ak-certificate.ts';
import { attestationKeyOf, subjectPublicKeyInfo } from './ak-key.ts';
import type { AzureCvmEvidence } from './evidence.ts';
import { type HclReport, parseHclReport } from './hcl-report.ts';
import { checkSnpHardware } from './snp-hardware.ts';
import { checkTdxHardware } from './tdx-hardware.ts';

export type AzureCvmInput = {
  /** NV index 0x01400001, as read. */
  readonly hclReport: Uint8Array;
  readonly vtpm: {
    /** TPMS_ATTEST, exactly as signed by the key at 0x81000003. */
    readonly quote: Uint8Array;
    /** TPMT_SIGNATURE. */
    readonly signature: Uint8Array;
    readonly pcrs: Uint8Array | PcrValues;
    /** NV index 0x01C101D0, as read; null where the VM has none. */
    readonly akCertificate: Uint8Array | null;
  };
  /** The TD quote made of the report's TDREPORT; null for SNP, or where the evidence lacks it. */
  readonly tdQuote: Uint8Array | null;
  /** DER, in any order: VCEK, ASK and ARK of SNP; CAs above the AK certificate. Unrelated ones are passed over. */
  readonly certificates: readonly Uint8Array[];
  /** DER, of SNP's ARK; null: its revocation is reported as not performed. */
  readonly crl: Uint8Array | null;
  /** For TDX; what is missing of it is reported as not performed. */
  readonly intelCollateral: IntelCollateral;
  /** AMD's ARKs, or Intel's root, that the caller trusts. */
  readonly hardwareAnchors: readonly TrustAnchor[];
  /** Azure's vTPM CAs that the caller trusts: no maker of hardware vouches for them, nor they for hardware. */
  readonly akAnchors: readonly TrustAnchor[];
  readonly at: Date;
  readonly policy: TpmPolicy;
  /** What the vTPM's quote must carry; absent: reported as not performed, and freshness is unproven. */
  readonly extraData?: Uint8Array;
  /** SHA-256 of the SubjectPublicKeyInfo of the key that this host enrolled, lower-case hexadecimal. Absent: not asked. */
  readonly akSha256?: string;
  /** The caller's look at revocation of the AK certificate: throws PathError to refuse. Absent: not performed. */
  readonly acceptAkPath?: (path: VerifiedPath) => void;
};

export type AzureCvmResult = {
  readonly findings: CheckList;
  readonly verified: Verified<AzureCvmEvidence> | null;
};

/**
 * Verifies the evidence of an Azure confidential VM: hardware report, claims, attestation key, vTPM quote.
 *
 * @throws FormatError for bytes that are not what they should be; TpmError `tpm_key_unusable`; every other fault is a
 *   failed check
 * @remarks `verified` is null unless every check passed and the hardware's own chain was among them: evidence without a
 * VCEK's chain, or without a TD quote, may pass all that was asked and still verify nothing. Unproven afterwards: whatever
 * `findings.notPerformed` lists; when the report was made, for the nonce stands in the vTPM's quote alone; whether the
 * paravisor's measurement is one of Microsoft's, and every other question of appraisal.
 */
export function verifyAzureCvm(input: AzureCvmInput): AzureCvmResult {
  const findings = new CheckList();
  const hcl = parseHclReport(input.hclReport);
  const tee = checkHardware(findings, hcl, input);
  // Until here nothing but the hardware was asked: what it vouches for, the key above all, it vouches for now or not at all.
  const vouched = tee !== null && findings.passed;

  const akSha256 = hash('sha256', subjectPublicKeyInfo(hcl.claims.ak), 'hex');
  checkEnrolled(findings, akSha256, input.akSha256);
  const akCertificate = checkAkCertificate(
    findings,
    { akCertificate: input.vtpm.akCertificate, certificates: input.certificates },
    input,
    hcl.claims.ak,
  );
  const { quote, signature, pcrs } = input.vtpm;
  const vtpm = verifyTpmQuote(
    { quote, signature, pcrs, ak: attestationKeyOf(hcl.claims.ak) },
    { policy: input.policy, ...(input.extraData === undefined ? {} : { extraData: input.extraData }) },
  );
  findings.add(vouched ? withoutAnswered(vtpm.findings) : vtpm.findings);

  if (!vouched || vtpm.verified === null || !findings.passed) return { findings, verified: null };
  const ends = [tee.validUntil, ...(akCertificate === null ? [] : [akCertificate.path.validUntil])];
  const evidence: AzureCvmEvidence = {
    tee,
    quote: vtpm.verified,
    claims: hcl.claims,
    akSha256,
    akCertificate,
    validUntil: new Date(Math.min(...ends.map((end) => end.getTime()))),
  };
  return { findings, verified: sealVerified(evidence) };
}

function checkHardware(
  findings: CheckList,
  hcl: HclReport,
  input: AzureCvmInput,
): AzureCvmEvidence['tee'] | null {
  if (hcl.reportType === 'tdx') return checkTdxHardware(findings, hcl, input);
  // What nobody would look at is not let pass for something that was examined.
  if (input.tdQuote !== null)
    findings.expect('azure.td-quote.tee', false, 'no TD quote beside SNP', 'a TD quote');
  return checkSnpHardware(findings, hcl, input);
}

/** `azure.ak.enrolled`: another VM may be genuine, and its quote too; it still is not this host. */
function checkEnrolled(findings: CheckList, actual: string, enrolled: string | undefined): void {
  if (enrolled === undefined) return;
  findings.expect('azure.ak.enrolled', actual === enrolled, enrolled, actual);
}

/**
 * What the TPM's room could not ask of a key without a public area, and verified hardware has answered: that the key is one
 * of this VM's vTPM, and bound by its rules, is the measured paravisor's own word.
 */
function withoutAnswered({ checks, notPerformed }: Findings): Findings {
  const answered = ['tpm.ak.attributes', 'tpm.ak.name'];
  return { checks, notPerformed: notPerformed.filter(({ id }) => !answered.includes(id)) };
}
