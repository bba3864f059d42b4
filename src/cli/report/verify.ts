import { writeFileSync } from 'node:fs';
import { formatInstant } from '../../bytes/instant.ts';
import type { LicenceReport } from '../../protocol/report.ts';
import { parseGrantKeys } from '../../record/grant/index.ts';
import { parseVerifierKey } from '../../record/note.ts';
import {
  deviceTable,
  parseReport,
  type ReportJudgement,
  reportPage,
  verifyReport,
} from '../../record/report/index.ts';
import { readJsonFile, readTextFile } from '../client/api-command.ts';
import { EXIT } from '../failure.ts';
import { findingLines } from '../terminal/findings.ts';
import { bold, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';

export type VerifyReportFlags = {
  readonly issuer: string;
  readonly keys: string;
  readonly logKey?: string;
  readonly at?: Date;
  readonly csv?: string;
  readonly html?: string;
  readonly checkpoint?: string;
  readonly json?: boolean;
};

/** Judges a report and writes what was asked for of it; answers the exit status. */
export function judgeReport(file: string, flags: VerifyReportFlags): number {
  const { issuer, keys, logKey, at = new Date(), csv, html, checkpoint, json } = flags;
  const parsed = parseReport(readTextFile(file));
  const { report } = parsed;
  const judged = verifyReport(parsed, {
    issuer: issuer.replace(/\/$/, ''),
    keys: parseGrantKeys(readJsonFile(keys)),
    at,
    ...(logKey === undefined ? {} : { log: parseVerifierKey(readTextFile(logKey).trim()) }),
  });
  const { accepted } = judged;
  if (html !== undefined)
    writeFileSync(html, reportPage(report, { accepted, sentence: sentenceOf(judged, at) }));
  // A page says what it is; a table cannot.
  if (csv !== undefined && accepted) writeFileSync(csv, deviceTable(report));
  if (checkpoint !== undefined) writeFileSync(checkpoint, report.log.checkpoint);
  process.stdout.write(`${json === true ? JSON.stringify(judged, null, 2) : describe(report, judged)}\n`);
  if (csv !== undefined && !accepted)
    process.stderr.write(`${yellow('no table was written')}: the report is not accepted\n`);
  return accepted ? EXIT.ok : EXIT.refused;
}

function sentenceOf({ accepted, checks, notPerformed }: ReportJudgement, at: Date): string {
  if (accepted)
    return `Verified ${formatInstant(at)}: signed by the verifier, and every decision stands in its log.`;
  const failed = checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
  return `Not verified: ${[...failed, ...notPerformed.map(({ id }) => `${id} was not asked`)].join(', ')}.`;
}

function describe(report: LicenceReport, judged: ReportJudgement): string {
  const { accepted } = judged;
  const { licence, period, inventoryAt, totals, log } = report;
  const { devices, decisions, grants, incidents } = totals;
  const lines = [
    `${accepted ? green('✓ accepted') : red('✗ refused')}  ${bold(licence.id)} of ${printable(licence.holder)}, ${licence.status}`,
    `  period     ${period.from} to ${period.until}, as of ${inventoryAt}`,
    `  devices    ${devices.named}: ${devices.verified} verified, ${devices.missing} missing, ${devices.moved} moved, ${devices.held} held`,
    `  decisions  ${decisions.allowed} allowed, ${decisions.denied} denied`,
    `  grants     ${grants.issued} issued: ${grants.valid} valid, ${grants.suspended} suspended, ${grants.invalid} revoked, ${grants.ended} ended`,
    `  challenges ${totals.challenges.drawn} drawn, ${totals.challenges.answered} answered, ${totals.challenges.unanswered} unanswered`,
    `  incidents  ${incidents.open} open, ${incidents.overdue} overdue`,
    `  log        ${printable(log.origin)}, ${log.size} leaves`,
  ];
  lines.push(...findingLines(judged));
  return lines.join('\n');
}
