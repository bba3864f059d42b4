import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { type Certificate, parsePem, type TrustAnchor } from '../../pki/index.ts';
import { CheckList } from '../check.ts';
import { type ExplainedLog, explainStrongest, strongestFirst } from '../eventlog/compare.ts';
import { type ExplainedIma, explainIma } from '../eventlog/ima/explain.ts';
import { parseImaLog } from '../eventlog/ima/parse.ts';
import { IMA_PCR } from '../eventlog/ima/replay.ts';
import { parseEventLog } from '../eventlog/parse.ts';
import type { Verified } from '../verified.ts';
import { type AttestationKey, attestationKeyFromPem, attestationKeyFromPublic } from './attestation-key.ts';
import { checkIak, iakFile } from './devid/folder.ts';
import { examineEkCertificate } from './ek/certificate.ts';
import { checkEkPublic, checkEkTemplate } from './ek/template.ts';
import { parseTpm2bPublic } from './public.ts';
import { type TpmPolicy, type TpmQuote, type TpmQuoteResult, verifyTpmQuote } from './verify.ts';

/**
 * A TPM's evidence as files, as tpm2-tools and Linux leave them:
 *
 * | file | holds |
 * |---|---|
 * | quote.msg, quote.sig | TPMS_ATTEST, TPMT_SIGNATURE |
 * | quote.pcrs | PCR values: raw, or tpm2-tools' structure |
 * | ak.pub or ak.pem | TPM2B_PUBLIC, or SubjectPublicKeyInfo |
 * | ek.crt, ek.der or ek.pem | EK certificate: DER with its NV padding, or PEM with CA certificates behind it |
 * | ek.pub | TPM2B_PUBLIC of the endorsement key |
 * | iak.crt, iak.der or iak.pem | certificate of the key that quotes, where it is an initial attestation key (devid/) |
 * | eventlog, eventlog.bin or binary_bios_measurements | the firmware's event log |
 * | ima, ascii_runtime_measurements or binary_runtime_measurements | Linux's IMA log |
 *
 * Only the first two rows and a key must be there.
 */
export type TpmFolder = ReadonlyMap<string, Uint8Array>;

export type TpmFolderOptions = {
  readonly policy: TpmPolicy;
  readonly at: Date;
  /** What the quote must carry; absent: reported as not performed. */
  readonly extraData?: Uint8Array;
  /** Manufacturers' CAs, for the EK certificate. */
  readonly anchors: readonly TrustAnchor[];
};

export type TpmFolderResult = TpmQuoteResult & {
  /** What the logs beside the quote show, as far as it vouches for them; null where there is none, or none that it does. */
  readonly bootLog: ExplainedLog | null;
  readonly ima: ExplainedIma | null;
};

/** The names under which an IMA log may lie beside a quote, or alone. */
export const IMA_FILES: readonly string[] = [
  'ima',
  'ascii_runtime_measurements',
  'binary_runtime_measurements',
];

/**
 * Verifies a folder.
 *
 * @throws FormatError for a missing or malformed file, its name in `path`; TpmError `tpm_key_unusable`
 * @remarks Unproven afterwards: that the attestation key stands in the TPM of the EK certificate, unless an IAK's certificate
 * names that one. Other files cannot show it; enrolment does.
 */
export function verifyTpmFolder(files: TpmFolder, options: TpmFolderOptions): TpmFolderResult {
  const findings = new CheckList();
  const ak = attestationKey(files);
  const quote = verifyTpmQuote(
    {
      quote: part(files, 'quote.msg'),
      signature: part(files, 'quote.sig'),
      // Without the file no value is claimed, and the comparison with the signed selection says so.
      pcrs: files.get('quote.pcrs') ?? { selection: [], banks: new Map() },
      ak,
    },
    { policy: options.policy, ...(options.extraData === undefined ? {} : { extraData: options.extraData }) },
  );
  findings.add(quote.findings);
  const ek = checkEndorsement(findings, files, options);
  const iak = iakFile(files);
  if (iak !== undefined) checkIak(findings, iak, { ak, ek, ...options });
  const bootLog = checkEventLog(findings, files, quote.verified);
  const ima = checkImaLog(findings, files, quote.verified);
  return { findings, verified: findings.passed ? quote.verified : null, bootLog, ima };
}

function attestationKey(files: TpmFolder): AttestationKey {
  const pem = files.get('ak.pem');
  const area = files.get('ak.pub');
  if (area === undefined && pem !== undefined) return attestationKeyFromPem(fromUtf8(pem, 'ak.pem'));
  const key = attestationKeyFromPublic(area ?? part(files, 'ak.pub'));
  if (pem === undefined) return key;
  // Two files for one key: whichever was preferred, the other could be what somebody looked at.
  if (attestationKeyFromPem(fromUtf8(pem, 'ak.pem')).key.equals(key.key)) return key;
  throw new FormatError('bad_value', 'ak.pem and ak.pub hold different keys', { path: 'ak.pem' });
}

/** The checks `tpm.ek.*`, where the folder has an EK certificate, which is answered whatever was found. */
function checkEndorsement(
  findings: CheckList,
  files: TpmFolder,
  { anchors, at }: TpmFolderOptions,
): Certificate | null {
  const bytes = files.get('ek.crt') ?? files.get('ek.der') ?? files.get('ek.pem');
  if (bytes === undefined) {
    const asked = anchors.length > 0 && iakFile(files) === undefined;
    if (asked) findings.skip('tpm.ek.chain', 'no EK certificate is among the files');
    return null;
  }
  const isPem = bytes[0] === 0x2d;
  const [certificate = bytes, ...intermediates] = isPem ? parsePem(fromUtf8(bytes, 'ek.pem')) : [bytes];
  const certified = examineEkCertificate(findings, { certificate, intermediates }, { anchors, at });
  const area = files.get('ek.pub');
  if (area === undefined) {
    for (const id of ['tpm.ek.public', 'tpm.ek.template']) findings.skip(id, 'ek.pub is not among the files');
    return certified.certificate;
  }
  const ekPublic = parseTpm2bPublic(area);
  checkEkPublic(findings, ekPublic, certified.certificate.publicKey);
  checkEkTemplate(findings, ekPublic);
  return certified.certificate;
}

/** The checks `tpm.eventlog.*`, in the strongest bank that quote and log share. */
function checkEventLog(
  findings: CheckList,
  files: TpmFolder,
  quote: Verified<TpmQuote> | null,
): ExplainedLog | null {
  const bytes = files.get('eventlog') ?? files.get('eventlog.bin') ?? files.get('binary_bios_measurements');
  if (bytes === undefined) return null;
  const log = parseEventLog(bytes);
  if (quote === null) {
    findings.skip('tpm.eventlog', 'no verified quote to hold the log against');
    return null;
  }
  return explainStrongest(findings, log, quote.pcrs);
}

/** The check `tpm.ima.pcr-10`, in the strongest bank of the quote that holds the register. */
function checkImaLog(
  findings: CheckList,
  files: TpmFolder,
  quote: Verified<TpmQuote> | null,
): ExplainedIma | null {
  const bytes = IMA_FILES.flatMap((name) => files.get(name) ?? [])[0];
  if (bytes === undefined) return null;
  const entries = parseImaLog(bytes);
  if (quote === null) {
    findings.skip('tpm.ima', 'no verified quote to hold the log against');
    return null;
  }
  const banks = strongestFirst(quote.pcrs);
  const [strongest] = banks;
  const bank = banks.find(({ name }) => quote.pcrs.get(name)?.has(IMA_PCR)) ?? strongest;
  return bank === undefined ? null : explainIma(findings, entries, bank.name, quote.pcrs);
}

function part(files: TpmFolder, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new FormatError('truncated', `${name} is missing`, { path: name, expected: name, actual: 'absent' });
}
