import { toHex } from '../../bytes/text.ts';
import type { CheckList } from '../check.ts';
import { isWellFormedPolicy } from './guest-policy.ts';
import { AT, firstNotZero, RESERVED, SIGNATURE_PADDING, SUPPORTED_VERSIONS } from './layout.ts';
import { productOfCpu } from './product.ts';
import { TCB_BYTES, tcbLayout } from './tcb.ts';

/** SIGNATURE_ALGO (table 136). */
const ECDSA_P384_SHA384 = 1;
/** What VMPL says in a report that the hypervisor asked for (SNP_HV_REPORT_REQ). */
const ASKED_BY_HOST = 0xffff_ffff;

/**
 * Asks of the bytes whether they are a report as the firmware writes it (AMD 56860, table 23). True only if they are.
 *
 * @param report exactly as long as a report
 */
export function examineStructure(checks: CheckList, report: Uint8Array): boolean {
  const view = new DataView(report.buffer, report.byteOffset, report.byteLength);
  const version = view.getUint32(AT.version, true);
  if (!checkVersion(checks, version)) return false;
  checkReserved(checks, report, version);
  checkPolicy(checks, view);
  checkVmpl(checks, view);
  checkSignatureAlgorithm(checks, view);
  checkSignerInfo(checks, view);
  checkProcessor(checks, report, version);
  checkSignaturePadding(checks, report, version);
  return checks.passed;
}

/** `snp.report.version`: of another version not even the layout is known, so the examination ends. */
function checkVersion(checks: CheckList, version: number): boolean {
  const known = SUPPORTED_VERSIONS.some((supported) => supported === version);
  return checks.expect('snp.report.version', known, SUPPORTED_VERSIONS.join(', '), `${version}`, 'version');
}

/** `snp.report.reserved`: a byte with a meaning that nobody here knows could change what all the others mean. */
function checkReserved(checks: CheckList, report: Uint8Array, version: number): void {
  const at = firstNotZero(report, RESERVED, version);
  checks.expect('snp.report.reserved', at === null, 'zero', notZeroText(at));
}

/** `snp.report.policy`. */
function checkPolicy(checks: CheckList, view: DataView): void {
  const policy = view.getBigUint64(AT.policy, true);
  const holds = isWellFormedPolicy(policy);
  checks.expect('snp.report.policy', holds, 'bit 17 set, bits 63 to 26 clear', hex(policy), 'policy');
}

/** `snp.report.vmpl`: a privilege level, or the mark of a report for the host. Which one is good is appraisal's question. */
function checkVmpl(checks: CheckList, view: DataView): void {
  const vmpl = view.getUint32(AT.vmpl, true);
  const holds = vmpl <= 3 || vmpl === ASKED_BY_HOST;
  checks.expect('snp.report.vmpl', holds, `0 to 3, or ${ASKED_BY_HOST}`, `${vmpl}`, 'vmpl');
}

/** `snp.report.signature-algorithm`. */
function checkSignatureAlgorithm(checks: CheckList, view: DataView): void {
  const id = 'snp.report.signature-algorithm';
  const algorithm = view.getUint32(AT.signatureAlgo, true);
  const holds = algorithm === ECDSA_P384_SHA384;
  checks.expect(id, holds, '1 (ECDSA P-384 with SHA-384)', `${algorithm}`, 'signatureAlgo');
}

/** `snp.report.signer-info`: bits 4 to 2 name the signing key. Under 7 the report is not signed at all. */
function checkSignerInfo(checks: CheckList, view: DataView): void {
  const info = view.getUint32(AT.signerInfo, true);
  const holds = info >>> 5 === 0 && info >>> 2 <= 1;
  const expected = 'signing key 0 (VCEK) or 1 (VLEK), bits 31 to 5 clear';
  checks.expect('snp.report.signer-info', holds, expected, hex(info), 'signerInfo');
}

/** `snp.report.product` where the report names its processor, and `snp.report.tcb`, whose layout follows from it. */
function checkProcessor(checks: CheckList, report: Uint8Array, version: number): void {
  const cpu = readCpu(report, version);
  const product = cpu === null ? null : productOfCpu(cpu);
  if (cpu !== null) {
    const actual = `family ${hex(cpu.family)}, model ${hex(cpu.model)}`;
    const expected = 'a processor of Milan, Genoa or Turin';
    if (!checks.expect('snp.report.product', product !== null, expected, product ?? actual, 'cpuid')) {
      checks.skip('snp.report.tcb', 'the layout follows the processor');
      return;
    }
  }
  const { reserved } = tcbLayout(product);
  const odd = TCBS.find((field) => reserved.some((index) => report[AT[field] + index] !== 0));
  const bytes = odd === undefined ? 'zero' : toHex(report.subarray(AT[odd], AT[odd] + TCB_BYTES));
  checks.expect('snp.report.tcb', odd === undefined, 'reserved components zero', bytes, odd);
}

const TCBS = ['currentTcb', 'reportedTcb', 'committedTcb', 'launchTcb'] as const;

/** `snp.report.signature-encoding` (tables 137 and 138): R and S fit P-384, and nothing hides around them. */
function checkSignaturePadding(checks: CheckList, report: Uint8Array, version: number): void {
  const at = firstNotZero(report, SIGNATURE_PADDING, version);
  checks.expect('snp.report.signature-encoding', at === null, 'zero around R and S', notZeroText(at));
}

/** Null in version 2, which does not say. */
export function readCpu(
  report: Uint8Array,
  version: number,
): { readonly family: number; readonly model: number; readonly stepping: number } | null {
  if (version === 2) return null;
  const [family = 0, model = 0, stepping = 0] = report.subarray(AT.cpuid, AT.cpuid + 3);
  return { family, model, stepping };
}

function notZeroText(at: number | null): string {
  return at === null ? 'zero' : `not zero at ${hex(at)}`;
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
