import type { TeeKind } from '../../protocol/tee.ts';
import { parseSnpReport, verifySnpReport } from '../amd/index.ts';
import { type AzureCvmEvidence, hclReportTypeOf, verifyAzureCvm } from '../azure/index.ts';
import type { Check, CheckList } from '../check.ts';
import { parseQuote, verifyIntelQuote } from '../intel/index.ts';
import type { TeeEvidence } from '../tee.ts';
import { AZURE_CVM_MEDIA_TYPE, type AzureItem, parseAzureItem } from './azure-item.ts';
import type { Item } from './cmw.ts';
import { examineCcel, examineEventLog } from './event-log.ts';
import type { HostEvidence } from './host-evidence.ts';
import { reading } from './reading.ts';
import { parseSnpItem, SNP_REPORT_MEDIA_TYPE } from './snp-item.ts';
import { parseTdxItem, TDX_QUOTE_MEDIA_TYPE } from './tdx-item.ts';
import { NO_INTEL_COLLATERAL, type TeeTrust } from './tee-trust.ts';

/** What a TEE's evidence must answer. */
export type TeeDemand = {
  /** Judges report_data, 64 bytes. */
  readonly checkReportData: (actual: Uint8Array) => void;
  /** What Azure's vTPM must quote: report_data vouches for the vTPM's key there, and the quote carries the challenge. */
  readonly extraData: Uint8Array;
  /** Tells of Azure's quote which of the items beside it the vTPM does not know; absent where there are none. */
  readonly retell?: (quote: Uint8Array, found: readonly Check[]) => readonly Check[];
  /** The kind by which this host enrolled; null where it did by something else, or does just now. */
  readonly enrolled: TeeKind | null;
  readonly trust: TeeTrust;
  readonly at: Date;
};

/** A TEE's evidence, authentic as far as the checks before it passed. */
export type TeeProof = {
  readonly kind: TeeKind;
  readonly tee: TeeEvidence;
  readonly vtpm: HostEvidence['vtpm'];
  readonly eventLog: HostEvidence['teeEventLog'];
  /** SHA-256 of the vTPM's attestation key, lower-case hexadecimal; null without one. */
  readonly vtpmAkSha256: string | null;
};

/**
 * Verifies one item of a TEE: hardware, chain, collateral, and that it answers the challenge.
 *
 * @returns null where it is not authentic; whoever calls looks at every check all the same, those of the challenge among them
 */
export function verifyTeeItem(item: Item, demand: TeeDemand, checks: CheckList): TeeProof | null {
  switch (item.mediaType) {
    case TDX_QUOTE_MEDIA_TYPE:
      return verifyTdx(item, demand, checks);
    case SNP_REPORT_MEDIA_TYPE:
      return verifySnp(item, demand, checks);
    case AZURE_CVM_MEDIA_TYPE:
      return verifyAzure(item, demand, checks);
    default:
      return null;
  }
}

function verifyTdx(item: Item, demand: TeeDemand, checks: CheckList): TeeProof | null {
  const parsed = reading('tee.item.well-formed', checks, () => {
    const { quote, eventLog } = parseTdxItem(item.value);
    return { quote, eventLog, said: parseQuote(quote) };
  });
  if (parsed === null) return null;
  if (!checkKind(parsed.said.tee, 'tdx', demand, checks)) return null;
  const { collateral, anchors } = demand.trust.intel;
  const { findings, verified } = verifyIntelQuote({
    quote: parsed.quote,
    collateral: collateral ?? NO_INTEL_COLLATERAL,
    anchors,
    at: demand.at,
  });
  checks.add(findings);
  demand.checkReportData(parsed.said.report.reportData);
  if (verified?.tee !== 'tdx') return null;
  const eventLog = examineCcel(parsed.eventLog, verified.report.rtMr);
  return { kind: 'tdx', tee: verified, vtpm: null, eventLog, vtpmAkSha256: null };
}

function verifySnp(item: Item, demand: TeeDemand, checks: CheckList): TeeProof | null {
  const parsed = reading('tee.item.well-formed', checks, () => {
    const { report, certificates } = parseSnpItem(item.value);
    return { report, certificates, said: parseSnpReport(report) };
  });
  if (parsed === null) return null;
  if (!checkKind('snp', 'snp', demand, checks)) return null;
  const { anchors, certificates, crl } = demand.trust.amd;
  const { findings, verified } = verifySnpReport({
    report: parsed.report,
    certificates: [...parsed.certificates, ...certificates],
    crl,
    anchors,
    at: demand.at,
  });
  checks.add(findings);
  demand.checkReportData(parsed.said.reportData);
  if (verified === null) return null;
  return { kind: 'snp', tee: verified, vtpm: null, eventLog: { status: 'absent' }, vtpmAkSha256: null };
}

function verifyAzure(item: Item, demand: TeeDemand, checks: CheckList): TeeProof | null {
  const parsed = reading('tee.item.well-formed', checks, () => {
    const azure = parseAzureItem(item.value);
    return { azure, hardware: hclReportTypeOf(azure.hclReport) };
  });
  if (parsed === null) return null;
  const { azure, hardware } = parsed;
  const kind: TeeKind = hardware === 'tdx' ? 'azure-tdx' : 'azure-snp';
  if (!checkKind(kind, kind, demand, checks)) return null;
  const verified = reading('azure.well-formed', checks, () => judgeAzure(azure, kind, demand, checks));
  if (verified === null) return null;
  const { tee, quote, akSha256, validUntil } = verified;
  const eventLog = examineEventLog(azure.eventLog, quote.pcrs);
  return { kind, tee, vtpm: { pcrs: quote.pcrs, validUntil }, eventLog, vtpmAkSha256: akSha256 };
}

function judgeAzure(
  azure: AzureItem,
  kind: TeeKind,
  { trust, at, extraData, retell = (_, found) => found }: TeeDemand,
  checks: CheckList,
): AzureCvmEvidence | null {
  const { hclReport, quote, signature, pcrs, akCertificate, tdQuote } = azure;
  const { intel, amd } = trust;
  const { findings, verified } = verifyAzureCvm({
    hclReport,
    vtpm: { quote, signature, pcrs, akCertificate },
    tdQuote,
    certificates: [...azure.certificates, ...amd.certificates],
    crl: amd.crl,
    hardwareAnchors: kind === 'azure-tdx' ? intel.anchors : amd.anchors,
    akAnchors: trust.azure.anchors,
    intelCollateral: intel.collateral ?? NO_INTEL_COLLATERAL,
    at,
    policy: 'gate',
    extraData,
  });
  checks.add({ ...findings, checks: retell(quote, findings.checks) });
  return verified;
}

/** `tee.kind.enrolled`: a host that enrolled by one TEE is not vouched for by another, however genuine that is. */
function checkKind(actual: string, readable: TeeKind, { enrolled }: TeeDemand, checks: CheckList): boolean {
  if (enrolled === null && actual === readable) return true;
  return checks.expect('tee.kind.enrolled', actual === (enrolled ?? readable), enrolled ?? readable, actual);
}
