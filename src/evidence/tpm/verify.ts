import { hash } from 'node:crypto';
import type { Cursor } from '../../bytes/cursor.ts';
import { toHex } from '../../bytes/text.ts';
import { CheckList } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { checkAkAttributes, checkAkKey, checkAkName, checkAkNameAlgorithm, checkAkScheme } from './ak.ts';
import {
  type HashName,
  hashAlgorithmByName,
  TPM_GENERATED_VALUE,
  TPM_ST_ATTEST_QUOTE,
} from './algorithms.ts';
import {
  attestCursor,
  readAttestHeader,
  readQuoteBody,
  type TpmsAttestQuote,
  tpm12Structure,
} from './attest.ts';
import type { AttestationKey } from './attestation-key.ts';
import { expectBytes } from './expect-bytes.ts';
import { type PcrSelection, sameSelection, selectionText } from './pcr-selection.ts';
import { type HandedPcrs, handedPcrs, type PcrBanks, type PcrValues, splitValues } from './pcrs.ts';
import { schemeFitsKey, signatureHolds } from './quote-signature.ts';
import { parseTpmtSignature, type TpmtSignature } from './signature.ts';

export type TpmQuoteInput = {
  /** TPMS_ATTEST, exactly as signed. */
  readonly quote: Uint8Array;
  /** TPMT_SIGNATURE. */
  readonly signature: Uint8Array;
  /** Raw values in the signed order, tpm2-tools' file, or values read from the wire with `parsePcrMap`. */
  readonly pcrs: Uint8Array | PcrValues;
  readonly ak: AttestationKey;
};

/** `authenticity` leaves weak algorithms to somebody else and says so; `gate` refuses them. */
export type TpmPolicy = 'authenticity' | 'gate';

export type TpmQuoteOptions = {
  readonly policy: TpmPolicy;
  /** What the quote must carry. Absent: reported as not performed, and freshness is unproven. */
  readonly extraData?: Uint8Array;
  /** Name of the enrolled attestation key (TPM2B_NAME without size). Absent: reported as not performed. */
  readonly akName?: Uint8Array;
  /** Qualified name of the enrolled key where its parents are known; see `qualifiedName`. Absent: not asked. */
  readonly qualifiedSigner?: Uint8Array;
  /** The PCRs that were asked for; the signed selection must be just these. Absent: any that the values cover. */
  readonly pcrSelection?: PcrSelection;
};

/** What a TPM said, once verified. Whether the values are good ones is appraisal's question. */
export type TpmQuote = {
  readonly attest: TpmsAttestQuote;
  readonly ak: AttestationKey;
  readonly signatureHash: HashName;
  /** The quoted values that count: under `gate` without the banks whose hash is broken. */
  readonly pcrs: PcrBanks;
};

export type TpmQuoteResult = { readonly findings: CheckList; readonly verified: Verified<TpmQuote> | null };

/**
 * Verifies a quote (TPM 2.0 Library Part 3, 18.4 TPM2_Quote; the verifier's duties stand in Part 1, 31.3).
 *
 * @throws FormatError for bytes that are not what they should be; every other fault is a failed check
 * @remarks `verified` is null unless every check passed. Unproven afterwards: that a genuine TPM holds the key (see
 * `verifyEndorsementKey` and `makeCredential`), whatever `findings.notPerformed` lists, and what the values mean.
 */
export function verifyTpmQuote(input: TpmQuoteInput, options: TpmQuoteOptions): TpmQuoteResult {
  const checks = new CheckList();
  const cursor = attestCursor(input.quote);
  if (!isQuoteOfTpm20(checks, input.quote, cursor)) return { findings: checks, verified: null };
  const attest = readQuoteBody(cursor);
  const signature = parseTpmtSignature(input.signature);
  const pcrs = handedPcrs(input.pcrs, attest.pcrSelect);

  checkAkAttributes(checks, input.ak);
  checkAkKey(checks, input.ak);
  checkAkScheme(checks, input.ak, signature);
  checkAkNameAlgorithm(checks, input.ak, options.policy);
  checkAkName(checks, input.ak, options.akName);
  checkSignatureHash(checks, signature, options.policy);
  const signed = checkSignature(checks, signature, input);
  checkQualifiedSigner(checks, attest, options.qualifiedSigner);
  checkExtraData(checks, attest, options.extraData);
  checkSelection(checks, attest, pcrs, options.pcrSelection);
  const quoted = checkDigest(checks, attest, pcrs.inSignedOrder, signature);
  checkBanks(checks, attest, options.policy);

  // Not by the checks alone: what a signature and a digest prove is proven by having held, whatever was skipped.
  if (!signed || quoted === null || !checks.passed) return { findings: checks, verified: null };
  const counted = options.policy === 'authenticity' ? quoted : withoutWeakBanks(quoted);
  const quote = { attest, ak: input.ak, signatureHash: signature.hash.name, pcrs: counted };
  return { findings: checks, verified: sealVerified(quote) };
}

/**
 * `tpm.version`, `tpm.quote.magic`, `tpm.quote.type` (Part 1, 31.3). Without the magic the "quote" may be anything
 * that a restricted key was handed from outside; without the type it may be a statement about another matter. Both
 * end the examination, for what follows would be read out of a structure that is not there.
 */
function isQuoteOfTpm20(checks: CheckList, quote: Uint8Array, cursor: Cursor): boolean {
  const old = tpm12Structure(quote);
  if (!checks.expect('tpm.version', old === null, 'TPM 2.0', old === null ? 'TPM 2.0' : `TPM 1.2 (${old})`)) {
    return false;
  }
  const { magic, type } = readAttestHeader(cursor);
  return (
    expectNumber(checks, 'tpm.quote.magic', magic, TPM_GENERATED_VALUE, 'ff544347') &&
    expectNumber(checks, 'tpm.quote.type', type, TPM_ST_ATTEST_QUOTE, '8018')
  );
}

function expectNumber(
  checks: CheckList,
  id: string,
  actual: number,
  expected: number,
  text: string,
): boolean {
  if (actual === expected) return checks.expect(id, true, text, text);
  return checks.expect(id, false, text, actual.toString(16).padStart(text.length, '0'));
}

/** `tpm.quote.hash-algorithm`: a hash whose collisions are practical lets one signature cover two quotes. */
function checkSignatureHash(checks: CheckList, { hash }: TpmtSignature, policy: TpmPolicy): void {
  const id = 'tpm.quote.hash-algorithm';
  if (hash.weak && policy === 'authenticity') {
    checks.skip(id, `${hash.name} is judged by policy gate`);
    return;
  }
  checks.expect(id, !hash.weak, 'sha256, sha384 or sha512', hash.name);
}

/** `tpm.quote.signature`: over the exact bytes received. True only if it was asked and holds. */
function checkSignature(checks: CheckList, signature: TpmtSignature, { ak, quote }: TpmQuoteInput): boolean {
  const id = 'tpm.quote.signature';
  if (!schemeFitsKey(signature, ak)) {
    checks.skip(id, 'the scheme does not belong to the key');
    return false;
  }
  const holds = signatureHolds(signature, ak, quote);
  return checks.expect(
    id,
    holds,
    'made by the attestation key',
    holds ? 'made by the attestation key' : 'does not hold',
  );
}

/**
 * `tpm.quote.qualified-signer` (Part 1, 16.3), where the key's parents are known: it stands under them still. Where they
 * are not, nothing is lost, for the signature already names the key.
 */
function checkQualifiedSigner(checks: CheckList, attest: TpmsAttestQuote, enrolled?: Uint8Array): void {
  if (enrolled === undefined) return;
  const id = 'tpm.quote.qualified-signer';
  expectBytes(checks, id, enrolled, attest.qualifiedSigner);
}

/** `tpm.quote.extra-data`: the quote was made for this question, and so not before it. */
function checkExtraData(checks: CheckList, { extraData }: TpmsAttestQuote, expected?: Uint8Array): void {
  const id = 'tpm.quote.extra-data';
  if (expected === undefined) {
    checks.skip(id, 'no nonce was given: the quote may be of any age');
    return;
  }
  expectBytes(checks, id, expected, extraData);
}

/**
 * `tpm.quote.pcr-selection` and, where PCRs were asked for, `tpm.quote.required-pcrs`. The labels under which values
 * were handed over must be the signed ones: else the value of a PCR that the host may reset (16, 23) stands in for
 * one that it may not (CVE-2024-29039 and its kin).
 */
function checkSelection(
  checks: CheckList,
  { pcrSelect }: TpmsAttestQuote,
  { selection }: HandedPcrs,
  required: PcrSelection | undefined,
): void {
  const signed = selectionText(pcrSelect);
  const some = pcrSelect.some(({ mask }) => mask !== 0);
  const same = sameSelection(pcrSelect, selection);
  const [expected, actual] = [some ? signed : 'at least one PCR', same ? signed : selectionText(selection)];
  checks.expect('tpm.quote.pcr-selection', some && same, expected, actual);
  if (required === undefined) return;
  const exact = sameSelection(pcrSelect, required);
  checks.expect('tpm.quote.required-pcrs', exact, selectionText(required), signed);
}

/**
 * `tpm.quote.pcr-digest` (Part 3, 18.4): the hash is the signing scheme's, not the bank's. Answers the values that the TPM
 * signed, just those and under its own labels; null unless the digest was compared and is theirs.
 */
function checkDigest(
  checks: CheckList,
  { pcrSelect, pcrDigest }: TpmsAttestQuote,
  values: Uint8Array | null,
  signature: TpmtSignature,
): PcrBanks | null {
  const id = 'tpm.quote.pcr-digest';
  if (values === null) {
    checks.skip(id, 'a selected value is missing');
    return null;
  }
  const [signed, computed] = [toHex(pcrDigest), hash(signature.hash.name, values, 'hex')];
  return checks.expect(id, signed === computed, signed, computed) ? splitValues(values, pcrSelect) : null;
}

/** `tpm.quote.bank`: under `gate`, values of a broken hash do not count, and a quote of nothing else is refused. */
function checkBanks(checks: CheckList, { pcrSelect }: TpmsAttestQuote, policy: TpmPolicy): void {
  const id = 'tpm.quote.bank';
  const { sound, actual } = soundBanks(pcrSelect);
  if (sound === 0 && policy === 'authenticity') {
    checks.skip(id, 'a quote of SHA-1 banks alone is judged by policy gate');
    return;
  }
  checks.expect(id, sound > 0, 'a bank of sha256, sha384 or sha512', actual);
}

function withoutWeakBanks(banks: PcrBanks): PcrBanks {
  return new Map([...banks].filter(([name]) => hashAlgorithmByName(name)?.weak === false));
}

function soundBanks(selection: PcrSelection): { sound: number; actual: string } {
  let sound = 0;
  let actual = '';
  for (const { hash, mask } of selection) {
    if (mask === 0) continue;
    if (!hash.weak) sound++;
    actual = actual === '' ? hash.name : `${actual}, ${hash.name}`;
  }
  return { sound, actual };
}
