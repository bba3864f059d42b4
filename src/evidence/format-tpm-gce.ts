import { createPublicKey } from 'node:crypto';
import { HARDWARE_POLICY, PathError, parseCertificate, verifyPath } from '../pki/index.ts';
import { CheckList } from './check.ts';
import { explainStrongest } from './eventlog/compare.ts';
import { parseEventLog } from './eventlog/parse.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { type GoAttestation, parseGoAttestation } from './tpm/go-attestation.ts';
import type { HashName, PcrBanks } from './tpm/index.ts';
import { verifyTpmQuote } from './tpm/verify.ts';

/**
 * A GCE virtual machine's attestation as go-tpm-tools writes it (tpm/go-attestation.ts): a quote of each bank by one key, each of
 * which must hold. The key is taken at its word, unless its certificate leads to a root that somebody names.
 */
export const TPM_GCE: Format = { id: 'tpm-gce', usesRoots: true, recognises, verify };

/** Field 1, length-delimited, whose contents begin with TPM_ALG_RSA or TPM_ALG_ECC: the public area of the key. */
function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files.values();
  if (only === undefined || more.length > 0 || only[0] !== 0x0a) return false;
  const start = (only[1] ?? 0) < 0x80 ? 2 : 3;
  const type = ((only[start] ?? 0) << 8) | (only[start + 1] ?? 0);
  return type === 0x0001 || type === 0x0023;
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const { nonce, strictness } = context;
  const [bytes] = files.values();
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no file');
  const attestation = parseGoAttestation(bytes);
  const { ak, quotes, eventLog } = attestation;
  const options = { policy: strictness, ...(nonce === undefined ? {} : { extraData: nonce }) };
  const findings = new CheckList();
  const verified = quotes.map((quote) => {
    const result = verifyTpmQuote({ ...quote, ak }, options);
    findings.add(result.findings);
    return result.verified;
  });
  checkCertificate(findings, attestation, context);
  const banks = verified.map((quote) => quote?.pcrs ?? null);
  const [first] = verified;
  if (first == null || banks.includes(null)) {
    if (eventLog !== null) findings.skip('tpm.eventlog', 'no verified quote to hold the log against');
    return { findings, measured: null };
  }
  const pcrs: PcrBanks = new Map(
    banks.flatMap((bank): [HashName, ReadonlyMap<number, Uint8Array>][] => [...(bank ?? [])]),
  );
  const bootLog = eventLog === null ? null : explainStrongest(findings, parseEventLog(eventLog), pcrs);
  return {
    findings,
    ...(bootLog === null ? {} : { bootLog: { log: bootLog, quoted: findings.passed } }),
    measured: findings.passed
      ? { kind: 'tpm', pcrs, firmwareVersion: 0n, signatureHash: first.signatureHash, bootLog }
      : null,
  };
}

/** `tpm.ak.certificate` and, under roots that somebody names, `tpm.ak.certificate.chain`. */
function checkCertificate(
  findings: CheckList,
  { akCertificate, intermediates, ak }: GoAttestation,
  { anchors, at }: OfflineContext,
): void {
  if (akCertificate === null) {
    findings.skip('tpm.ak.certificate', 'the attestation holds no certificate of its key');
    return;
  }
  const leaf = parseCertificate(akCertificate);
  const key = createPublicKey({ key: Buffer.from(leaf.publicKey.der), format: 'der', type: 'spki' });
  const actual = key.equals(ak.key) ? 'about the attestation key' : 'about another key';
  findings.expect('tpm.ak.certificate', key.equals(ak.key), 'about the attestation key', actual);
  if (anchors.length === 0) {
    findings.skip(
      'tpm.ak.certificate.chain',
      'no root was named: nothing says that Google certified the key',
    );
    return;
  }
  try {
    const given = intermediates.map((der) => parseCertificate(der));
    const { chain } = verifyPath({ leaf, intermediates: given, anchors, at, policy: HARDWARE_POLICY });
    findings.expect('tpm.ak.certificate.chain', true, CHAIN, `${chain.length} certificates`);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    findings.expect('tpm.ak.certificate.chain', false, CHAIN, `${error.code}: ${error.message}`);
  }
}

const CHAIN = 'a path to a root that was named';
