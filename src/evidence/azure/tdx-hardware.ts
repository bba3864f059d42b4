import { hash } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import type { TrustAnchor } from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import type { AzureCvmEvidence } from './evidence.ts';
import type { HclReport } from './hcl-report.ts';
import { parseTdReport, type TdReportStruct } from './td-report.ts';
import { checkVariableData } from './variable-data.ts';

export type TdxHardwareInput = {
  readonly tdQuote: Uint8Array | null;
  readonly hardwareAnchors: readonly TrustAnchor[];
  readonly at: Date;
};

/**
 * A TDX VM's hardware report. The blob holds a TDREPORT, whose MAC nobody but a quoting enclave of the same machine can
 * check; what Intel's hardware signs is the TD quote made of it.
 *
 * @throws FormatError for bytes that are no TDREPORT
 */
export function checkTdxHardware(
  checks: CheckList,
  hcl: HclReport,
  _input: TdxHardwareInput,
): Extract<AzureCvmEvidence['tee'], { readonly tee: 'tdx' }> | null {
  const report = parseTdReport(hcl.hardwareReport);
  checkVariableData(checks, hcl, report.fields.reportData);
  checkDigests(checks, report);
  checks.skip('azure.hardware-report', 'the evidence holds no TD quote: a TDREPORT alone is nobody’s word');
  return null;
}

/** `azure.td-report.digests`: REPORTMACSTRUCT is over the two structures behind it. */
function checkDigests(checks: CheckList, report: TdReportStruct): void {
  const tcb = equalBytes(hash('sha384', report.teeTcbInfo, 'buffer'), report.teeTcbInfoHash);
  const td = equalBytes(hash('sha384', report.tdInfo, 'buffer'), report.teeInfoHash);
  const differing = [...(tcb ? [] : ['TEE_TCB_INFO']), ...(td ? [] : ['TDINFO_STRUCT'])].join(', ');
  checks.expect(
    'azure.td-report.digests',
    tcb && td,
    'of both structures',
    tcb && td ? 'of both structures' : `not of ${differing}`,
  );
}
