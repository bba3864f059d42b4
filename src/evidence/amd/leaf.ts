import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import type { Certificate } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { commonName } from './certificates.ts';
import type { SnpProduct, SnpReport } from './evidence.ts';
import { AT } from './layout.ts';
import { type LeafExtensions, readLeafExtensions } from './leaf-extensions.ts';
import { productNamed, productOfName } from './product.ts';
import { TCB_BYTES, tcbLayout } from './tcb.ts';

/** The report as it is held against its certificate. */
export type ReportInHand = {
  readonly bytes: Uint8Array;
  readonly report: SnpReport;
};

export const LEAF_NAME = { vcek: 'SEV-VCEK', vlek: 'SEV-VLEK' } as const;
const ISSUER_PREFIX = { vcek: 'SEV-', vlek: 'SEV-VLEK-' } as const;

/**
 * The certificate that this report was signed under, among those presented. Others do no harm: whichever is taken, every
 * check is asked of it. Preferred is the kind that the signer info names, and then the version and the chip.
 */
export function chooseLeaf(leaves: readonly Certificate[], hand: ReportInHand): Certificate | null {
  const [first, ...more] = leaves;
  if (first === undefined || more.length === 0) return first ?? null;
  const ofKind = leaves.filter(({ subject }) => commonName(subject) === LEAF_NAME[hand.report.signingKey]);
  return ofKind.find((leaf) => isOfThisChip(leaf, hand)) ?? ofKind[0] ?? first;
}

/** Whether it is of a VCEK of another chip or version: hosts go on handing out the one that they had before an update of firmware. */
export function isOutdatedVcek(certificate: Certificate, hand: ReportInHand): boolean {
  return commonName(certificate.subject) === LEAF_NAME.vcek && !isOfThisChip(certificate, hand);
}

function isOfThisChip(leaf: Certificate, { bytes, report }: ReportInHand): boolean {
  try {
    const extensions = readLeafExtensions(leaf);
    const product = productOfName(extensions.productName ?? '');
    const level = certifiedTcb(extensions, product);
    const hwid = extensions.hwid;
    const chip = hwid === null || isZero(report.chipId) || equalBytes(chipIdOf(hwid), report.chipId);
    return chip && level !== null && equalBytes(level, reportedTcb(bytes));
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/** The product line under whose CA a certificate says that it stands; null for any other. */
export function productOfIssuer({ issuer }: Certificate, kind: SnpReport['signingKey']): SnpProduct | null {
  const name = commonName(issuer);
  const prefix = ISSUER_PREFIX[kind];
  return name.startsWith(prefix) ? productNamed(name.slice(prefix.length)) : null;
}

/** The checks `snp.leaf.*`: that the certificate is one for this report (AMD 57230, 3.2 and 3.3). */
export function checkLeaf(
  checks: CheckList,
  leaf: Certificate,
  hand: ReportInHand,
  product: SnpProduct,
): string | null {
  const { signingKey } = hand.report;
  const subject = commonName(leaf.subject);
  checks.expect('snp.leaf.subject', subject === LEAF_NAME[signingKey], LEAF_NAME[signingKey], subject);
  const issuer = commonName(leaf.issuer);
  const expectedIssuer = `${ISSUER_PREFIX[signingKey]}${product}`;
  checks.expect('snp.leaf.issuer', issuer === expectedIssuer, expectedIssuer, issuer);
  checkSerial(checks, leaf, signingKey);
  checkKey(checks, leaf);
  const extensions = checkExtensions(checks, leaf, product);
  if (extensions === null) return null;
  checkStructVersion(checks, extensions, product);
  checkProductName(checks, extensions, product);
  checkTcb(checks, extensions, hand, product);
  checkHwid(checks, extensions, hand, product);
  return checkCspId(checks, extensions, signingKey);
}

/** `snp.leaf.serial`: a VCEK's is zero, whatever the chip. A VLEK's may be anything. */
function checkSerial(checks: CheckList, { serialNumber }: Certificate, kind: SnpReport['signingKey']): void {
  const zero = serialNumber.length === 1 && serialNumber[0] === 0;
  if (kind === 'vcek') checks.expect('snp.leaf.serial', zero, '00', toHex(serialNumber));
}

/** `snp.leaf.key`. */
function checkKey(checks: CheckList, { publicKey: { key } }: Certificate): void {
  const actual = key.kind === 'ec' ? key.curve : key.kind;
  checks.expect('snp.leaf.key', actual === 'P-384', 'P-384', actual);
}

/** `snp.leaf.extensions`: each is of its type, and those that the product line has are there, and no others. */
function checkExtensions(checks: CheckList, leaf: Certificate, product: SnpProduct): LeafExtensions | null {
  const id = 'snp.leaf.extensions';
  let extensions: LeafExtensions;
  try {
    extensions = readLeafExtensions(leaf);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, 'extensions as AMD issues them', error.message);
    for (const unasked of ['struct-version', 'product-name', 'tcb', 'hwid', 'csp-id']) {
      checks.skip(`snp.leaf.${unasked}`, 'the extensions cannot be read');
    }
    return null;
  }
  const { arcs, text } = tcbLayout(product);
  const { levels } = extensions;
  const same = levels.size === arcs.length && arcs.every((arc) => levels.has(arc));
  checks.expect(id, same, text, same ? text : `patch levels ${[...levels.keys()].join(' ')}`);
  return extensions;
}

/** `snp.leaf.struct-version`. */
function checkStructVersion(checks: CheckList, { structVersion }: LeafExtensions, product: SnpProduct): void {
  const expected = product === 'Turin' ? 1 : 0;
  checks.expect(
    'snp.leaf.struct-version',
    structVersion === expected,
    `${expected}`,
    `${structVersion ?? 'none'}`,
  );
}

/** `snp.leaf.product-name`. */
function checkProductName(checks: CheckList, { productName }: LeafExtensions, product: SnpProduct): void {
  const holds = productOfName(productName ?? '') === product;
  checks.expect('snp.leaf.product-name', holds, product, productName ?? 'none');
}

/**
 * `snp.leaf.tcb`: the key was derived for the very version that the report claims. Firmware that is older than it says
 * cannot have it.
 */
function checkTcb(
  checks: CheckList,
  extensions: LeafExtensions,
  { bytes }: ReportInHand,
  product: SnpProduct,
): void {
  const reported = reportedTcb(bytes);
  const certified = certifiedTcb(extensions, product);
  const holds = certified !== null && equalBytes(certified, reported);
  checks.expect('snp.leaf.tcb', holds, toHex(reported), certified === null ? 'not stated' : toHex(certified));
}

/**
 * `snp.leaf.hwid`: a VCEK is the key of the chip that the report names. Where the host masks the chip's identity the
 * report names none, and the signature alone says that it is this chip's. A VLEK is no chip's: it states no identity.
 */
function checkHwid(
  checks: CheckList,
  { hwid }: LeafExtensions,
  { report: { signingKey, chipId } }: ReportInHand,
  product: SnpProduct,
): void {
  const id = 'snp.leaf.hwid';
  if (signingKey === 'vlek') {
    checks.expect(id, hwid === null, 'none', hwid === null ? 'none' : toHex(hwid));
    return;
  }
  const length = product === 'Turin' ? 8 : 64;
  const masked = isZero(chipId);
  const named = hwid !== null && hwid.length === length;
  const holds = named && (masked || equalBytes(chipIdOf(hwid), chipId));
  const expected = masked ? `${length} bytes: the chip is masked` : toHex(chipId);
  checks.expect(id, holds, expected, hwid === null ? 'none' : toHex(hwid));
}

/** `snp.leaf.csp-id`: whom AMD gave a VLEK to; a VCEK was given to nobody. */
function checkCspId(
  checks: CheckList,
  { cspId }: LeafExtensions,
  kind: SnpReport['signingKey'],
): string | null {
  const holds = kind === 'vlek' ? cspId !== null && cspId !== '' : cspId === null;
  checks.expect('snp.leaf.csp-id', holds, kind === 'vlek' ? 'a CSP_ID' : 'none', cspId ?? 'none');
  return cspId;
}

/** The eight bytes that a TCB_VERSION of these levels has; null where a level is missing. */
function certifiedTcb({ levels }: LeafExtensions, product: SnpProduct | null): Uint8Array | null {
  const bytes = new Uint8Array(TCB_BYTES);
  for (const [index, arc] of tcbLayout(product).arcs.entries()) {
    const level = levels.get(arc);
    if (level === undefined) return null;
    bytes[index] = level;
  }
  return bytes;
}

function reportedTcb(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(AT.reportedTcb, AT.reportedTcb + TCB_BYTES);
}

/** CHIP_ID of this hwid: Turin's eight bytes stand first in its 64 (AMD 56860, GET_ID). */
function chipIdOf(hwid: Uint8Array): Uint8Array {
  if (hwid.length === 64) return hwid;
  const chipId = new Uint8Array(64);
  chipId.set(hwid);
  return chipId;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
