import { hash } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import type { TrustAnchor } from '../../pki/index.ts';
import type { CheckList, Findings } from '../check.ts';
import {
  type IntelCollateral,
  parseQuote,
  type TdReport,
  type TdxEvidence,
  verifyIntelQuote,
} from '../intel/index.ts';
import type { Verified } from '../verified.ts';
import type { HclReport } from './hcl-report.ts';
import { parseTdReport, type TdReportFields, type TdReportStruct } from './td-report.ts';
import { checkVariableData } from './variable-data.ts';

export type TdxHardwareInput = {
  /** Null: the hardware's word is missing. */
  readonly tdQuote: Uint8Array | null;
  readonly intelCollateral: IntelCollateral;
  readonly hardwareAnchors: readonly TrustAnchor[];
  readonly at: Date;
};

/**
 * A TDX VM's hardware report. The blob holds a TDREPORT, whose MAC nobody but a quoting enclave of the same machine can
 * check; what Intel's hardware signs is the TD quote made of it. Without that quote, or without any collateral of Intel's,
 * `azure.hardware-report` is not performed: nothing then says that the evidence is forged, nor that it is not.
 *
 * Null unless Intel's whole verification was asked and holds, collateral included.
 *
 * @throws FormatError for bytes that are no TDREPORT, or no quote
 */
export function checkTdxHardware(
  checks: CheckList,
  hcl: HclReport,
  { tdQuote, intelCollateral: collateral, hardwareAnchors: anchors, at }: TdxHardwareInput,
): Verified<TdxEvidence> | null {
  const report = parseTdReport(hcl.hardwareReport);
  checkVariableData(checks, hcl, report.fields.reportData);
  checkDigests(checks, report);
  if (tdQuote === null) {
    checks.skip(
      'azure.hardware-report',
      "the evidence holds no TD quote, and a TDREPORT alone is nobody's word",
    );
    return null;
  }
  const quote = parseQuote(tdQuote);
  const isOfTd = checks.expect('azure.td-quote.tee', quote.tee === 'tdx', 'tdx', quote.tee);
  if (!isOfTd || quote.tee !== 'tdx') return null;
  checkQuotedReport(checks, report.fields, quote.report);
  const { findings, verified } = verifyIntelQuote({ quote: tdQuote, collateral, anchors, at });
  if (Object.values(collateral).every((part) => part === null)) {
    checks.add(withoutCollateral(findings));
    checks.skip(
      'azure.hardware-report',
      'none of what Intel publishes about the platform came with the TD quote',
    );
    return null;
  }
  checks.add(findings);
  return verified?.tee === 'tdx' ? verified : null;
}

/** What quote and PCK chain say by themselves: which TCB they are of, and whether any of it is revoked, they cannot tell. */
function withoutCollateral({ checks, notPerformed }: Findings): Findings {
  const ofQuote = ({ id }: { readonly id: string }): boolean =>
    /^intel\.(?:quote\.|pck\.(?!revocation)|qe\.(?:signature|report-data)$)/.test(id);
  return { checks: checks.filter(ofQuote), notPerformed: notPerformed.filter(ofQuote) };
}

/** `azure.td-report.digests`: REPORTMACSTRUCT is over the two structures behind it. */
function checkDigests(checks: CheckList, report: TdReportStruct): void {
  const tcb = equalBytes(hash('sha384', report.teeTcbInfo, 'buffer'), report.teeTcbInfoHash);
  const td = equalBytes(hash('sha384', report.tdInfo, 'buffer'), report.teeInfoHash);
  const differing = [...(tcb ? [] : ['TEE_TCB_INFO']), ...(td ? [] : ['TDINFO_STRUCT'])].join(', ');
  const expected = 'of both structures';
  checks.expect('azure.td-report.digests', tcb && td, expected, tcb && td ? expected : `not of ${differing}`);
}

/**
 * `azure.td-quote.report`: the quote is of just this TDREPORT, field by field. The quote of another TD may be genuine, and
 * would lend its measurements to claims that it knows nothing of.
 */
function checkQuotedReport(checks: CheckList, report: TdReportFields, quoted: TdReport): void {
  const { teeTcbSvn2, mrServiceTd, ...common } = quoted;
  // A quote of TD 1.0 has no room for what TDX 1.5 added to the report.
  const newer = { ...(teeTcbSvn2 && { teeTcbSvn2 }), ...(mrServiceTd && { mrServiceTd }) };
  const fields = Object.entries({ ...common, ...newer }) as [keyof TdReportFields, unknown][]; // the quote's names are the report's
  const differing = fields
    .filter(([name, value]) => text(report[name]) !== text(value))
    .map(([name]) => name);
  const same = differing.length === 0;
  const expected = `the TDREPORT's ${fields.length} fields`;
  checks.expect('azure.td-quote.report', same, expected, same ? expected : `another ${differing.join(', ')}`);
}

/** A field's value as text that no other value has. */
function text(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(text).join();
  return String(value);
}
