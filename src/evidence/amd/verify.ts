import { toHex } from '../../bytes/text.ts';
import type { Certificate, TrustAnchor } from '../../pki/index.ts';
import { CheckList } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { checkCertificates } from './certificates.ts';
import { checkChain } from './chain.ts';
import type { SnpEvidence, SnpProduct, SnpReport } from './evidence.ts';
import { checkLeaf, chooseLeaf, isZero, LEAF_NAME, productOfIssuer } from './leaf.ts';
import { parsePlatformInfo } from './platform-info.ts';
import { productOfCpu } from './product.ts';
import { readReport, reportBytes } from './report.ts';
import { checkRevocation } from './revocation.ts';
import { reportSignatureHolds } from './signature.ts';
import { examineStructure } from './structure.ts';

export type SnpReportInput = {
  /** ATTESTATION_REPORT, 1,184 bytes, exactly as received. */
  readonly report: Uint8Array;
  /** DER, in any order: VCEK or VLEK, ASK or ASVK, ARK. Whatever has no part in the chain is passed over. */
  readonly certificates: readonly Uint8Array[];
  /** DER, of the product line's ARK; null: revocation is reported as not performed. */
  readonly crl: Uint8Array | null;
  /** The ARKs that the caller trusts. The report's product line picks among them. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

export type SnpReportResult = {
  readonly findings: CheckList;
  readonly verified: Verified<SnpEvidence> | null;
};

/**
 * Verifies a SEV-SNP attestation report (AMD 56860, 7.3; AMD 57230 for the certificates): structure, certificate, chain,
 * revocation, signature.
 *
 * @throws FormatError for bytes that are not as long as a report; every other fault is a failed check
 * @remarks `verified` is null unless every check passed. Unproven afterwards: whatever `findings.notPerformed` lists;
 * that the report is fresh (see `checkReportData`); and that the state it tells of is a good one, which is appraisal's:
 * debug, migration, VMPL, TCB relations and minima, measurements, and whether the product line is still to be trusted.
 */
export function verifySnpReport(input: SnpReportInput): SnpReportResult {
  const checks = new CheckList();
  const bytes = reportBytes(input.report);
  if (!examineStructure(checks, bytes)) return { findings: checks, verified: null };
  const report = readReport(bytes);
  checkPlatformInfo(checks, report);
  checkChipId(checks, report);

  const { leaves, cas } = checkCertificates(checks, input.certificates);
  const leaf = checkLeafPresent(checks, chooseLeaf(leaves, { bytes, report }), report);
  const product = leaf === null ? null : productOf(checks, report, leaf);
  if (leaf === null || product === null) return { findings: checks, verified: null };
  const cspId = checkLeaf(checks, leaf, { bytes, report }, product);
  const chain = checkChain(checks, leaf, cas, product, input.anchors, input.at);
  const crlFreshUntil = checkRevocation(checks, chain, input.crl, input.at);
  const signed = checkSignature(checks, bytes, leaf);

  // Not by the checks alone: what chain and signature prove is proven by having held, whatever was skipped.
  if (chain === null || !signed || !checks.passed) return { findings: checks, verified: null };
  const ends = [chain.validUntil, ...(crlFreshUntil === null ? [] : [crlFreshUntil])];
  const evidence: SnpEvidence = {
    tee: 'snp',
    product,
    report,
    chipId: isZero(report.chipId) ? null : toHex(report.chipId),
    cspId,
    revocationChecked: crlFreshUntil !== null,
    validUntil: new Date(Math.min(...ends.map((end) => end.getTime()))),
  };
  return { findings: checks, verified: sealVerified(evidence) };
}

/**
 * `snp.report.platform-info`: firmware sets new bits before anybody here knows them (Turin's bit 6 was one), so an
 * unknown one is no sign of forgery. It is reported as a question that nobody could ask.
 */
function checkPlatformInfo(checks: CheckList, { platformInfo }: SnpReport): void {
  const id = 'snp.report.platform-info';
  const { unknownBits } = parsePlatformInfo(platformInfo);
  const text = `0x${platformInfo.toString(16)}`;
  if (unknownBits.length === 0) checks.expect(id, true, 'known bits', text);
  else checks.skip(id, `what bits ${unknownBits.join(', ')} of ${text} mean is not known here`);
}

/** `snp.report.chip-id`: masked chips name themselves in no report, and a VLEK vouches for no chip. */
function checkChipId(checks: CheckList, { chipId, chipKeyMasked, signingKey }: SnpReport): void {
  const mustBeZero = chipKeyMasked || signingKey === 'vlek';
  const zero = isZero(chipId);
  const expected = mustBeZero ? 'zero' : 'a chip, or zero where masked';
  checks.expect('snp.report.chip-id', zero || !mustBeZero, expected, zero ? 'zero' : toHex(chipId));
}

/** `snp.leaf.certificate`. */
function checkLeafPresent(
  checks: CheckList,
  leaf: Certificate | null,
  { signingKey }: SnpReport,
): Certificate | null {
  const actual = leaf === null ? 'none was presented' : 'presented';
  checks.expect('snp.leaf.certificate', leaf !== null, `a certificate of ${LEAF_NAME[signingKey]}`, actual);
  return leaf;
}

/**
 * The product line: the report's own word, or for version 2, which has none, the line of the CA that issued the
 * certificate. Its TCB was read as Milan's and Genoa's, so another line's certificate cannot go with it
 * (`snp.report.product`). A wrong word leads to a root under which the chain does not hold.
 */
function productOf(checks: CheckList, { cpu, signingKey }: SnpReport, leaf: Certificate): SnpProduct | null {
  if (cpu !== null) return productOfCpu(cpu);
  const product = productOfIssuer(leaf, signingKey);
  const holds = product === 'Milan' || product === 'Genoa';
  const actual = product ?? 'not stated by the certificate';
  return checks.expect('snp.report.product', holds, 'Milan or Genoa', actual) ? product : null;
}

/** `snp.report.signature`: true only if it was asked and holds. */
function checkSignature(checks: CheckList, bytes: Uint8Array, leaf: Certificate): boolean {
  const id = 'snp.report.signature';
  const { key } = leaf.publicKey;
  if (key.kind !== 'ec' || key.curve !== 'P-384') {
    checks.skip(id, 'the certificate is not of a P-384 key');
    return false;
  }
  const holds = reportSignatureHolds(bytes, leaf);
  return checks.expect(id, holds, "made by the certificate's key", holds ? 'made by it' : 'does not hold');
}
