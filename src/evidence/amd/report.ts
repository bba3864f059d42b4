import { type FormatCode, FormatError } from '../../bytes/errors.ts';
import { CheckList } from '../check.ts';
import type { SnpReport } from './evidence.ts';
import { AT, REPORT_BYTES } from './layout.ts';
import { productOfCpu } from './product.ts';
import { examineStructure, readCpu } from './structure.ts';
import { parseTcb, TCB_BYTES, tcbLayout } from './tcb.ts';

/**
 * Reads an attestation report of version 2 to 5, strictly; see layout.ts for what stands where and structure.ts for
 * what is asked. The input is copied.
 *
 * @throws FormatError `truncated`, `trailing_data`, `unsupported` (version, processor, signature algorithm),
 *   `reserved_not_zero`, `bad_value`
 * @remarks Unproven afterwards: everything that the report says.
 */
export function parseSnpReport(input: Uint8Array): SnpReport {
  const bytes = reportBytes(input);
  const checks = new CheckList();
  if (examineStructure(checks, bytes)) return readReport(bytes);
  const failed = checks.checks.find(({ status }) => status === 'fail');
  const { id = '', expected = '', actual = '' } = failed ?? {};
  const path = `attestationReport.${failed?.where ?? id.replace('snp.report.', '')}`;
  throw new FormatError(CODES.get(id) ?? 'bad_value', `${path} is ${actual}, not ${expected}`, {
    path,
    expected,
    actual,
  });
}

const CODES: ReadonlyMap<string, FormatCode> = new Map([
  ['snp.report.version', 'unsupported'],
  ['snp.report.product', 'unsupported'],
  ['snp.report.signature-algorithm', 'unsupported'],
  ['snp.report.reserved', 'reserved_not_zero'],
  ['snp.report.tcb', 'reserved_not_zero'],
  ['snp.report.signature-encoding', 'reserved_not_zero'],
]);

/** A copy of the report's own bytes. @throws FormatError `truncated`, `trailing_data` */
export function reportBytes(input: Uint8Array): Uint8Array {
  if (input.length === REPORT_BYTES) return new Uint8Array(input);
  const code = input.length < REPORT_BYTES ? 'truncated' : 'trailing_data';
  throw new FormatError(code, `a report of ${input.length} bytes`, {
    path: 'attestationReport',
    offset: Math.min(input.length, REPORT_BYTES),
    expected: `${REPORT_BYTES} bytes`,
    actual: `${input.length} bytes`,
  });
}

/** @param bytes well formed: `examineStructure` said so. The fields are views of them. */
export function readReport(bytes: Uint8Array): SnpReport {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (offset: number): number => view.getUint32(offset, true);
  const u64 = (offset: number): bigint => view.getBigUint64(offset, true);
  const take = (offset: number, length: number): Uint8Array => bytes.subarray(offset, offset + length);
  const version = u32(AT.version);
  const cpu = readCpu(bytes, version);
  const layout = tcbLayout(cpu === null ? null : productOfCpu(cpu));
  const tcb = (offset: number) => parseTcb(take(offset, TCB_BYTES), layout);
  const signerInfo = u32(AT.signerInfo);
  return {
    version,
    guestSvn: u32(AT.guestSvn),
    policy: u64(AT.policy),
    familyId: take(AT.familyId, 16),
    imageId: take(AT.imageId, 16),
    vmpl: u32(AT.vmpl),
    platformInfo: u64(AT.platformInfo),
    authorKeyEnabled: (signerInfo & 1) !== 0,
    chipKeyMasked: (signerInfo & 2) !== 0,
    signingKey: signerInfo >>> 2 === 0 ? 'vcek' : 'vlek',
    reportData: take(AT.reportData, 64),
    measurement: take(AT.measurement, 48),
    hostData: take(AT.hostData, 32),
    idKeyDigest: take(AT.idKeyDigest, 48),
    authorKeyDigest: take(AT.authorKeyDigest, 48),
    reportId: take(AT.reportId, 32),
    reportIdMa: take(AT.reportIdMa, 32),
    cpu,
    chipId: take(AT.chipId, 64),
    currentTcb: tcb(AT.currentTcb),
    reportedTcb: tcb(AT.reportedTcb),
    committedTcb: tcb(AT.committedTcb),
    launchTcb: tcb(AT.launchTcb),
    currentVersion: firmwareVersion(take(AT.currentVersion, 3)),
    committedVersion: firmwareVersion(take(AT.committedVersion, 3)),
    launchMitVector: version === 5 ? u64(AT.launchMitVector) : null,
    currentMitVector: version === 5 ? u64(AT.currentMitVector) : null,
  };
}

function firmwareVersion([build = 0, minor = 0, major = 0]: Uint8Array): SnpReport['currentVersion'] {
  return { major, minor, build };
}
