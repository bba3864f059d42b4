import type { CheckList } from '../../check.ts';
import { checkAkAttributes, checkAkKey, checkAkName, checkAkNameAlgorithm, checkAkScheme } from '../ak.ts';
import { TPM_GENERATED_VALUE } from '../algorithms.ts';
import { attestCursor, readAttestHeader, type TpmsAttestHead, tpm12Structure } from '../attest.ts';
import type { AttestationKey } from '../attestation-key.ts';
import { expectBytes } from '../expect-bytes.ts';
import { schemeFitsKey, signatureHolds } from '../quote-signature.ts';
import { parseTpmtSignature, type TpmtSignature } from '../signature.ts';
import type { TpmPolicy } from '../verify.ts';

/** A TPM's signed word about an object, and whose word it is. */
export type StatementInput = {
  /** TPMS_ATTEST, exactly as signed. */
  readonly attest: Uint8Array;
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array;
  readonly ak: AttestationKey;
};

export type StatementOptions = {
  readonly policy: TpmPolicy;
  /** What the statement must carry (qualifyingData). Absent: reported as not performed, and freshness is unproven. */
  readonly extraData?: Uint8Array;
  /** Name of the enrolled attestation key. Absent: reported as not performed. */
  readonly akName?: Uint8Array;
  /** Qualified name of the enrolled key where its parents are known. Absent: not asked. */
  readonly qualifiedSigner?: Uint8Array;
};

/** What kind of statement is expected, and how it is read. */
export type StatementKind<T> = {
  /** TPM_ST (Part 2, 6.9). */
  readonly type: number;
  readonly readBody: (cursor: ReturnType<typeof attestCursor>) => T;
};

/** What was read; `signed` only where the signature was asked about and holds. */
export type Statement<T> = { readonly attest: T; readonly signed: boolean };

/**
 * The checks that every statement about an object has in common: `tpm.version`, `tpm.attest.*`, `tpm.ak.*`. Null where it
 * is no such statement: what would be read out of it is not there.
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 */
export function examineStatement<T extends TpmsAttestHead>(
  checks: CheckList,
  input: StatementInput,
  options: StatementOptions,
  kind: StatementKind<T>,
): Statement<T> | null {
  const old = tpm12Structure(input.attest);
  const version = old === null ? 'TPM 2.0' : `TPM 1.2 (${old})`;
  if (!checks.expect('tpm.version', old === null, 'TPM 2.0', version)) return null;
  const cursor = attestCursor(input.attest);
  const { magic, type } = readAttestHeader(cursor);
  if (!checkMagic(checks, magic) || !checkType(checks, type, kind.type)) return null;
  const attest = kind.readBody(cursor);
  const signature = parseTpmtSignature(input.signature);

  checkAkAttributes(checks, input.ak);
  checkAkKey(checks, input.ak);
  checkAkScheme(checks, input.ak, signature);
  checkAkNameAlgorithm(checks, input.ak, options.policy);
  checkAkName(checks, input.ak, options.akName);
  checkSignatureHash(checks, signature, options.policy);
  const signed = checkSignature(checks, signature, input);
  checkQualifiedSigner(checks, attest, options.qualifiedSigner);
  checkExtraData(checks, attest, options.extraData);
  return { attest, signed };
}

/** `tpm.attest.magic`: what lacks it may be anything that a restricted key was handed from outside. */
function checkMagic(checks: CheckList, magic: number): boolean {
  const holds = magic === TPM_GENERATED_VALUE;
  return checks.expect('tpm.attest.magic', holds, 'ff544347', magic.toString(16).padStart(8, '0'));
}

/** `tpm.attest.type`: a statement about another matter must not be read as one about this. */
function checkType(checks: CheckList, type: number, expected: number): boolean {
  return checks.expect('tpm.attest.type', type === expected, expected.toString(16), type.toString(16));
}

/** `tpm.attest.hash-algorithm`: under a hash whose collisions are practical one signature covers two statements. */
function checkSignatureHash(checks: CheckList, { hash }: TpmtSignature, policy: TpmPolicy): void {
  const id = 'tpm.attest.hash-algorithm';
  if (hash.weak && policy === 'authenticity') checks.skip(id, `${hash.name} is judged by policy gate`);
  else checks.expect(id, !hash.weak, 'sha256, sha384 or sha512', hash.name);
}

/** `tpm.attest.signature`: over the exact bytes received. True only if it was asked and holds. */
function checkSignature(
  checks: CheckList,
  signature: TpmtSignature,
  { ak, attest }: StatementInput,
): boolean {
  const id = 'tpm.attest.signature';
  if (!schemeFitsKey(signature, ak)) {
    checks.skip(id, 'the scheme does not belong to the key');
    return false;
  }
  const holds = signatureHolds(signature, ak, attest);
  const expected = 'made by the attestation key';
  return checks.expect(id, holds, expected, holds ? expected : 'does not hold');
}

/** `tpm.attest.qualified-signer` (Part 1, 16.3), where the key's parents are known. */
function checkQualifiedSigner(checks: CheckList, attest: TpmsAttestHead, enrolled?: Uint8Array): void {
  if (enrolled === undefined) return;
  expectBytes(checks, 'tpm.attest.qualified-signer', enrolled, attest.qualifiedSigner);
}

/** `tpm.attest.extra-data`: the statement was made for this question, and so not before it. */
function checkExtraData(checks: CheckList, { extraData }: TpmsAttestHead, expected?: Uint8Array): void {
  const id = 'tpm.attest.extra-data';
  if (expected === undefined) checks.skip(id, 'no nonce was given: the statement may be of any age');
  else expectBytes(checks, id, expected, extraData);
}
