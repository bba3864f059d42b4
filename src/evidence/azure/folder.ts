import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { parsePem } from '../../pki/index.ts';
import { EvidenceError } from '../format.ts';
import type { PcrValues } from '../tpm/index.ts';
import { parseAttesterEvidence } from './attester-json.ts';
import { type HclReportType, hclReportTypeOf } from './hcl-report.ts';

/**
 * An Azure confidential VM's evidence as files. Either one JSON file of the attesters of Confidential Containers (see
 * attester-json.ts), whatever its name, or what tpm2-tools and the metadata service leave:
 *
 * | file | holds |
 * |---|---|
 * | hcl-report.bin, or any that begins "HCLA" | NV index 0x01400001 |
 * | quote.msg, quote.sig, quote.pcrs | TPMS_ATTEST, TPMT_SIGNATURE, PCR values: raw, or tpm2-tools' structure |
 * | td-quote.bin | TDX: the quote that the metadata service made of the report |
 * | ak.crt or ak.der | NV index 0x01C101D0 |
 *
 * Certificates beside it are the caller's to read.
 */
export type AzureFolder = {
  readonly hclReport: Uint8Array;
  readonly quote: Uint8Array;
  readonly signature: Uint8Array;
  readonly pcrs: Uint8Array | PcrValues;
  readonly akCertificate: Uint8Array | null;
  readonly tdQuote: Uint8Array | null;
  /** DER, that the evidence itself names. */
  readonly certificates: readonly Uint8Array[];
};

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * The JSON member that holds the HCL report; by its old name, which says little, with "HCLA" in either spelling: other
 * evidence has neither. Looked for in the first part of the file, for the member stands before or after a quote of a few KB.
 */
const HCL_MEMBER = /"hcl_report"\s*:|"report"\s*:\s*(?:"SENMQ|\[\s*72\s*,\s*67\s*,\s*76\s*,\s*65\s*,)/;
/** Behind whatever white space JSON allows. */
const OBJECT = /^[ \t\r\n]*\{/;
const MAX_SEARCHED_BYTES = 1 << 19;

const TD_QUOTE = ['td-quote.bin', 'td_quote.bin'];
const AK_CERTIFICATE = ['ak.crt', 'ak.der'];

/**
 * The kind of hardware that the evidence names; null where there is no HCL report. By names and first bytes: evidence that is
 * broken further on is of the kind that it begins as.
 */
export function azureEvidenceType(files: Files): HclReportType | null {
  const raw = rawReport(files);
  if (raw !== undefined) return hclReportTypeOf(raw) ?? (find(files, TD_QUOTE) === undefined ? 'snp' : 'tdx');
  const json = attesterJson(files);
  if (json === undefined) return null;
  try {
    const { hclReport, tdQuote } = parseAttesterEvidence(json);
    return hclReportTypeOf(hclReport) ?? (tdQuote === null ? 'snp' : 'tdx');
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return Buffer.from(json).includes('"td_quote"') ? 'tdx' : 'snp';
  }
}

/**
 * Sorts the files out.
 *
 * @throws FormatError; EvidenceError `part_missing` for a quote of the vTPM that is not there
 */
export function readAzureFolder(files: Files): AzureFolder {
  const akCertificate = find(files, AK_CERTIFICATE) ?? null;
  const json = attesterJson(files);
  if (rawReport(files) === undefined && json !== undefined) {
    const { vcek, ...evidence } = parseAttesterEvidence(json);
    return { ...evidence, akCertificate, certificates: vcek === null ? [] : certificatesIn(vcek) };
  }
  const [hclReport, quote, signature] = [rawReport(files), files.get('quote.msg'), files.get('quote.sig')];
  if (hclReport === undefined) throw missing('hcl-report.bin');
  if (quote === undefined) throw missing('quote.msg');
  if (signature === undefined) throw missing('quote.sig');
  return {
    hclReport,
    quote,
    signature,
    // Without the file no value is claimed, and the comparison with the signed selection says so.
    pcrs: files.get('quote.pcrs') ?? { selection: [], banks: new Map() },
    akCertificate,
    tdQuote: find(files, TD_QUOTE) ?? null,
    certificates: [],
  };
}

/** "HCLA". */
const SIGNATURE = [0x48, 0x43, 0x4c, 0x41];

function rawReport(files: Files): Uint8Array | undefined {
  return [...files.values()].find((bytes) => SIGNATURE.every((octet, index) => bytes[index] === octet));
}

function attesterJson(files: Files): Uint8Array | undefined {
  for (const [name, bytes] of files) {
    if (!name.endsWith('.json')) continue;
    const start = Buffer.from(bytes.subarray(0, MAX_SEARCHED_BYTES)).toString('latin1');
    if (OBJECT.test(start) && HCL_MEMBER.test(start)) return bytes;
  }
  return undefined;
}

function certificatesIn(vcek: Uint8Array): Uint8Array[] {
  return vcek[0] === 0x2d ? parsePem(fromUtf8(vcek, 'evidence.vcek')) : [vcek];
}

function find(files: Files, names: readonly string[]): Uint8Array | undefined {
  const name = names.find((candidate) => files.has(candidate));
  return name === undefined ? undefined : files.get(name);
}

function missing(name: string): EvidenceError {
  return new EvidenceError('part_missing', `${name} is missing`, { path: name });
}
