import { formatInstant } from '../../bytes/instant.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import { REPORT_TYP } from '../../protocol/report.ts';
import { isSignedBy } from '../grant/jws.ts';
import type { GrantKeys } from '../grant/keys.ts';
import type { NoteVerifier } from '../note.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkDevices } from './check-devices.ts';
import type { ParsedReport } from './parse.ts';

/** What a reader of a report asks. */
export type ReportPolicy = {
  /** The verifier's public URL. */
  readonly issuer: string;
  /** `/.well-known/report-keys.json`, from a channel that says whose it is. */
  readonly keys: GrantKeys;
  /** The log that the reader knows; without it nothing of the log is proven, and the report is not accepted. */
  readonly log?: NoteVerifier;
  readonly at: Date;
  /** How far the verifier's clock may run ahead; 60 s unless given. */
  readonly skewMs?: number;
};

export type ReportJudgement = Findings & {
  /** Everything was asked, and nothing fails. */
  readonly accepted: boolean;
};

const SKEW_MS = 60_000;

/**
 * Judges a report offline: who signed it, that it agrees with itself, and that each decision in it stands in the log at the checkpoint
 * that it rests on.
 *
 * What remains unproven: that what it says of devices is what the record has, and that it leaves nothing out (`sextant audit` reads
 * the record), and that others are shown the same log (compare the checkpoint, or have witnesses).
 */
export function verifyReport(parsed: ParsedReport, policy: ReportPolicy): ReportJudgement {
  const { report, jws, kid, isCanonical } = parsed;
  const { issuer, keys, log, at, skewMs = SKEW_MS } = policy;
  const findings = new CheckList();
  findings.expect('report.type', jws.typ === REPORT_TYP, REPORT_TYP, jws.typ.slice(0, 100));
  const key = keys.get(kid);
  findings.expect('report.key', key !== undefined, 'a key of reports', kid.slice(0, 100));
  if (key === undefined) findings.skip('report.signature', 'the key is not known');
  else {
    const isSigned = isSignedBy(jws, key);
    findings.expect('report.signature', isSigned, 'signed by it', isSigned ? 'signed' : 'another signature');
  }
  const form = isCanonical ? 'canonical JSON' : 'another form of it';
  findings.expect('report.canonical', isCanonical, 'canonical JSON (RFC 8785)', form);
  findings.expect('report.issuer', report.issuer === issuer, issuer, report.issuer.slice(0, 200));
  const { period, inventoryAt } = report;
  const [from, until, inventory] = [period.from, period.until, inventoryAt].map((text) => Date.parse(text));
  const isPeriod = from !== undefined && until !== undefined && inventory !== undefined;
  const isOrdered = isPeriod && from < until && until <= inventory;
  const told = `${period.from}, ${period.until}, ${inventoryAt}`;
  findings.expect('report.period', isOrdered, 'a beginning, an end, then the inventory', told);
  const latest = at.getTime() + skewMs;
  const isPast = inventory !== undefined && inventory <= latest;
  findings.expect('report.dated', isPast, `by ${formatInstant(new Date(latest))}`, inventoryAt);
  checkDevices(findings, report);
  checkDecisions(findings, report, log);
  const { checks, notPerformed } = findings;
  return { accepted: findings.passed && notPerformed.length === 0, checks, notPerformed };
}
