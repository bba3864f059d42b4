import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import { TPM_ST_ATTEST_CERTIFY } from '../algorithms.ts';
import type { AttestationKey } from '../attestation-key.ts';
import { expectBytes } from '../expect-bytes.ts';
import type { TpmtPublic } from '../public.ts';
import { readCertifyBody, type TpmsAttestCertify } from './attest.ts';
import {
  type CertifiedDemand,
  checkCertifiedAttributes,
  checkCertifiedNameAlgorithm,
} from './certified-key.ts';
import { examineStatement, type StatementInput, type StatementOptions } from './statement.ts';

export type TpmCertifyInput = StatementInput & {
  /** The certified key, of its TPM2B_PUBLIC or TPMT_PUBLIC. */
  readonly certified: TpmtPublic;
};

export type TpmCertifyOptions = StatementOptions & {
  readonly demand: CertifiedDemand;
  /** Where the certified key's parents are known: see `qualifiedName`. Absent: not asked. */
  readonly qualifiedName?: Uint8Array;
};

/** A TPM's word that a key is loaded in it. */
export type TpmCertification = {
  readonly attest: TpmsAttestCertify;
  readonly certified: TpmtPublic;
  readonly ak: AttestationKey;
};

export type TpmCertifyResult = {
  readonly findings: CheckList;
  readonly verified: Verified<TpmCertification> | null;
};

/**
 * Verifies what TPM2_Certify made (Part 3, 18.2): that the TPM which holds `ak` had just this object loaded.
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks `verified` is null unless every check passed. Unproven afterwards: that a genuine TPM holds `ak`, whatever
 * `findings.notPerformed` lists, and, under the demand `any`, that the key stands nowhere else. Boot counters and
 * firmware version are obfuscated unless `ak` stands in the endorsement or platform hierarchy.
 */
export function verifyTpmCertify(input: TpmCertifyInput, options: TpmCertifyOptions): TpmCertifyResult {
  const checks = new CheckList();
  const kind = { type: TPM_ST_ATTEST_CERTIFY, readBody: readCertifyBody };
  const statement = examineStatement(checks, input, options, kind);
  if (statement === null) return { findings: checks, verified: null };
  const { attest, signed } = statement;
  const { certified, ak } = input;

  const named = expectBytes(checks, 'tpm.certify.name', certified.name, attest.name);
  if (options.qualifiedName !== undefined) {
    expectBytes(checks, 'tpm.certify.qualified-name', options.qualifiedName, attest.qualifiedName);
  }
  checkCertifiedNameAlgorithm(checks, certified, options.policy);
  checkCertifiedAttributes(checks, certified, options.demand);

  // Not by the checks alone: what a signature and a name prove is proven by having held, whatever was skipped.
  if (!signed || !named || !checks.passed) return { findings: checks, verified: null };
  return { findings: checks, verified: sealVerified({ attest, certified, ak }) };
}
