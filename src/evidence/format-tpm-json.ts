import { CheckList } from './check.ts';
import { type ExplainedLog, explainStrongest } from './eventlog/compare.ts';
import { parseEventLog } from './eventlog/parse.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { parseJsonEvidence } from './tpm/json-evidence.ts';
import { verifyTpmQuote } from './tpm/verify.ts';

/** A TPM 2.0 quote in one JSON document: see tpm/json-evidence.ts. The attestation key is taken at its word. */
export const TPM_JSON: Format = { id: 'tpm-json', usesRoots: false, recognises, verify };

/** Both members stand in such a document, one of them near its beginning. */
const MEMBERS = ['"ak_public"', '"tpm_quote"'] as const;
const HEAD_BYTES = 1 << 16;

function recognises(files: EvidenceFolder): boolean {
  const [only, ...more] = files.values();
  if (only === undefined || more.length > 0) return false;
  const head = Buffer.from(only.buffer, only.byteOffset, Math.min(only.length, HEAD_BYTES)).toString(
    'latin1',
  );
  return head.trimStart().startsWith('{') && MEMBERS.every((member) => head.includes(member));
}

function verify(files: EvidenceFolder, { nonce, strictness }: OfflineContext): OfflineFindings {
  const [bytes] = files.values();
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no file');
  const evidence = parseJsonEvidence(bytes);
  const options = { policy: strictness, ...(nonce === undefined ? {} : { extraData: nonce }) };
  const findings = new CheckList();
  const { findings: found, verified } = verifyTpmQuote(evidence, options);
  findings.add(found);
  if (evidence.eventLog !== null && verified === null) {
    findings.skip('tpm.eventlog', 'no verified quote to hold the log against');
  }
  if (verified === null) return { findings, measured: null };
  const bootLog: ExplainedLog | null =
    evidence.eventLog === null
      ? null
      : explainStrongest(findings, parseEventLog(evidence.eventLog), verified.pcrs);
  const { pcrs, signatureHash } = verified;
  return {
    findings,
    ...(bootLog === null ? {} : { bootLog: { log: bootLog, quoted: findings.passed } }),
    measured: findings.passed ? { kind: 'tpm', pcrs, firmwareVersion: 0n, signatureHash, bootLog } : null,
  };
}
