import type { Certificate } from '../../../pki/index.ts';
import { parseCertificate } from '../../../pki/index.ts';
import { CheckList, type Findings } from '../../check.ts';
import { type ExplainedLog, explainStrongest } from '../../eventlog/compare.ts';
import { parseEventLog } from '../../eventlog/parse.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import type { HashName } from '../algorithms.ts';
import type { PcrBanks } from '../pcrs.ts';
import { type TpmQuote, verifyTpmQuote } from '../verify.ts';
import { type CertifiedInstance, checkGceCertificate, type GceCertificateOptions } from './ak-certificate.ts';
import { type GceAttestation, parseGceAttestation, type UnreadField } from './attestation.ts';

export type GceOptions = GceCertificateOptions & {
  /** What every quote must carry; absent: reported as not performed. */
  readonly extraData?: Uint8Array;
  /** Certificates between the key's and an anchor besides those of the attestation; unrelated ones are passed over. */
  readonly intermediates: readonly Certificate[];
};

/** What a virtual machine of GCE proved. */
export type GceEvidence = {
  /** One of each bank, by one key. */
  readonly quotes: readonly Verified<TpmQuote>[];
  /** The values of every bank that counts. */
  readonly pcrs: PcrBanks;
  /** Whose machine: null where no root of Google's was at hand, and then the key is taken at its word. */
  readonly certified: CertifiedInstance | null;
};

export type GceResult = {
  readonly findings: CheckList;
  readonly verified: Verified<GceEvidence> | null;
  /** What the firmware's log shows, as far as the quotes vouch for it. */
  readonly bootLog: ExplainedLog | null;
};

/**
 * Verifies a GCE virtual machine's attestation: every quote, the key's certificate, and the log against the strongest bank.
 *
 * @throws FormatError for bytes that are not what they should be; TpmError `tpm_key_unusable`; every other fault is a
 *   failed check
 * @remarks `verified` is null unless every check passed. Unproven afterwards: whatever `findings.notPerformed` lists, and
 * what the hypervisor below the virtual TPM does.
 */
export function verifyGceAttestation(bytes: Uint8Array, options: GceOptions): GceResult {
  const attestation = parseGceAttestation(bytes);
  const findings = new CheckList();
  const quotes = verifyQuotes(findings, attestation, options);
  const certified = checkCertificate(findings, attestation, options);
  if (certified !== null) withoutAnswered(findings);
  for (const name of attestation.unread) leaveUnread(findings, name);

  const pcrs: PcrBanks = new Map(
    (quotes ?? []).flatMap((quote): [HashName, ReadonlyMap<number, Uint8Array>][] => [...quote.pcrs]),
  );
  const bootLog = explainLog(findings, attestation, quotes === null ? null : pcrs);
  if (quotes === null || !findings.passed) return { findings, verified: null, bootLog };
  return { findings, verified: sealVerified({ quotes, pcrs, certified }), bootLog };
}

/** Each quote's checks, which say in `where` of which bank it is; null unless all of them hold. */
function verifyQuotes(
  findings: CheckList,
  { ak, quotes }: GceAttestation,
  { policy, extraData }: GceOptions,
): readonly Verified<TpmQuote>[] | null {
  const verified: Verified<TpmQuote>[] = [];
  for (const { bank, ...quote } of quotes) {
    const options = extraData === undefined ? { policy } : { policy, extraData };
    const result = verifyTpmQuote({ ...quote, ak }, options);
    addOfBank(findings, result.findings, bank);
    if (result.verified !== null) verified.push(result.verified);
  }
  return verified.length === quotes.length ? verified : null;
}

function addOfBank(findings: CheckList, { checks, notPerformed }: Findings, bank: string): void {
  for (const check of checks) findings.checks.push({ ...check, where: `quotes.${bank}` });
  for (const question of notPerformed) {
    if (!findings.notPerformed.some(({ id }) => id === question.id)) findings.notPerformed.push(question);
  }
}

function checkCertificate(
  findings: CheckList,
  { akCertificate, intermediates, ak, instanceInfo }: GceAttestation,
  options: GceOptions,
): CertifiedInstance | null {
  if (akCertificate === null) {
    findings.skip('tpm.ak.certificate', 'the attestation holds no certificate of its key');
    return null;
  }
  const between = [...intermediates.map((der) => parseCertificate(der)), ...options.intermediates];
  return checkGceCertificate(findings, akCertificate, between, ak.publicArea, instanceInfo, options);
}

/** That a TPM holds the key is what its certificate says. */
function withoutAnswered({ notPerformed }: CheckList): void {
  const at = notPerformed.findIndex(({ id }) => id === 'tpm.ak.name');
  if (at >= 0) notPerformed.splice(at, 1);
}

function leaveUnread(findings: CheckList, name: UnreadField): void {
  const reason = `${name} stands beside the quotes and is not read here`;
  if (name === 'canonicalEventLog') findings.skip('tpm.gce.canonical-event-log', reason);
  else findings.skip('tpm.gce.tee', reason);
}

function explainLog(
  findings: CheckList,
  { eventLog }: GceAttestation,
  pcrs: PcrBanks | null,
): ExplainedLog | null {
  if (eventLog === null) return null;
  const log = parseEventLog(eventLog);
  if (pcrs !== null) return explainStrongest(findings, log, pcrs);
  findings.skip('tpm.eventlog', 'no verified quote to hold the log against');
  return null;
}
