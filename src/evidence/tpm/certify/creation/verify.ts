import { hash } from 'node:crypto';
import { CheckList } from '../../../check.ts';
import { sealVerified, type Verified } from '../../../verified.ts';
import { TPM_ST_ATTEST_CREATION } from '../../algorithms.ts';
import type { AttestationKey } from '../../attestation-key.ts';
import { expectBytes } from '../../expect-bytes.ts';
import type { TpmtPublic } from '../../public.ts';
import { readCreationBody, type TpmsAttestCreation } from '../attest.ts';
import {
  type CertifiedDemand,
  checkCertifiedAttributes,
  checkCertifiedNameAlgorithm,
} from '../certified-key.ts';
import { examineStatement, type StatementInput, type StatementOptions } from '../statement.ts';
import { parseTpm2bCreationData, type TpmsCreationData } from './creation-data.ts';

export type TpmCreationInput = StatementInput & {
  /** The created object, of its TPM2B_PUBLIC or TPMT_PUBLIC. */
  readonly created: TpmtPublic;
  /** TPM2B_CREATION_DATA. */
  readonly creationData: Uint8Array;
};

export type TpmCreationOptions = StatementOptions & {
  readonly demand: CertifiedDemand;
  /** Name of the parent under which it must have been made; a handle of four bytes for a hierarchy. Absent: not asked. */
  readonly parentName?: Uint8Array;
  /** What its maker must have had noted. Absent: not asked. */
  readonly outsideInfo?: Uint8Array;
};

/** A TPM's word that it made an object, and in what state. */
export type TpmCreation = {
  readonly attest: TpmsAttestCreation;
  readonly created: TpmtPublic;
  readonly creationData: TpmsCreationData;
  readonly ak: AttestationKey;
};

export type TpmCreationResult = {
  readonly findings: CheckList;
  readonly verified: Verified<TpmCreation> | null;
};

/**
 * Verifies what TPM2_CertifyCreation made (Part 3, 18.3): that the TPM which holds `ak` itself made this object, with just
 * this creation data.
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks Unproven afterwards: as `verifyTpmCertify`; and when the object was made, for the clock is that of the statement.
 */
export function verifyTpmCreation(input: TpmCreationInput, options: TpmCreationOptions): TpmCreationResult {
  const checks = new CheckList();
  const kind = { type: TPM_ST_ATTEST_CREATION, readBody: readCreationBody };
  const statement = examineStatement(checks, input, options, kind);
  if (statement === null) return { findings: checks, verified: null };
  const { attest, signed } = statement;
  const { created, ak } = input;
  const creationData = parseTpm2bCreationData(input.creationData);

  const named = expectBytes(checks, 'tpm.creation.name', created.name, attest.objectName);
  const computed = hash(created.nameAlg.name, creationData.raw, 'buffer');
  const hashed = expectBytes(checks, 'tpm.creation.hash', computed, attest.creationHash);
  if (options.parentName !== undefined) {
    expectBytes(checks, 'tpm.creation.parent', options.parentName, creationData.parentName);
  }
  if (options.outsideInfo !== undefined) {
    expectBytes(checks, 'tpm.creation.outside-info', options.outsideInfo, creationData.outsideInfo);
  }
  checkCertifiedNameAlgorithm(checks, created, options.policy);
  checkCertifiedAttributes(checks, created, options.demand);

  if (!signed || !named || !hashed || !checks.passed) return { findings: checks, verified: null };
  return { findings: checks, verified: sealVerified({ attest, created, creationData, ak }) };
}
