import { AUDIT_CODES } from '../../record/audit/findings.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import type { AuditReport } from './run.ts';

/** What each kind of check asks, in words. */
export const CHECKS: { readonly [check: string]: string } = {
  'log.key': 'the log goes by the key that it is known by',
  'log.signed': 'the checkpoint is signed by that key',
  'log.witnessed': 'witnesses have cosigned it',
  'log.grew-from-checkpoints': 'the log grew out of checkpoints that were shown before',
  'log.origins': 'the log shows why it goes by another name, and which leaves it has of its predecessor',
  'log.lost': 'leaves that were published under an earlier name',
  leaves: 'entries stand under the root, each in its place',
  'acts.opened': 'acts are those that their leaves were made of',
  'acts.understood': 'acts are of a form that is known',
  'appraisals.as-recorded': 'appraisals are kept as they were recorded',
  'appraisals.judged-again': 'evidence, judged again by that day’s documents, comes out the same',
  'appraisals.recorded': 'kept appraisals stand in the log',
  'evidence.as-received': 'evidence is kept as it was received',
  'documents.as-received': 'vendors’ documents are kept as they were used',
  'trust-inputs.as-recorded': 'trust inputs say what was approved',
  'trust-inputs.recorded': 'trust inputs in force were put in force by an act',
  'decisions.as-recorded': 'decisions are kept as they were recorded',
  'decisions.decided-again': 'decisions, decided again on what was weighed, come out the same',
  'challenges.redrawn': 'devices that were challenged are those that the order and the log draw',
  'challenges.answered': 'devices that were drawn and challenged attested themselves in time',
  'decisions.on-evidence': 'devices that were allowed rest on accepted evidence',
  'decisions.recorded': 'kept decisions stand in the log',
  'usage.judged-again': 'reports of usage, judged again, give back no less than was given back',
  'deletions.by-rule': 'what was deleted was old enough by the rules of its day, and nobody held it',
  'state.as-recorded': 'what acts brought about stands as they say: register, grants, statuses, incidents',
  'state.recorded': 'what stands in the database was brought about by acts',
  'books.balanced': 'balances of the ledger are the sums of their entries',
  'books.recorded': 'entries of the ledger are those of acts and decisions',
  'keys.recorded': 'signing keys were made or rotated by an act',
};

const MOST = 20;

/** A report for the terminal: what holds, what diverges, what nobody could ask. */
export function describeReport(report: AuditReport): string {
  const { source, origin, checkpoint, readBefore, at } = report;
  const lines = [
    `${bold('log')}         ${printable(origin ?? 'unnamed')} at ${printable(source)}`,
    ...(checkpoint === null
      ? []
      : [
          `${bold('checkpoint')}  ${checkpoint.size} leaves, root ${checkpoint.root}`,
          ...(checkpoint.cosignedBy.length === 0
            ? []
            : [`${bold('witnesses')}   ${checkpoint.cosignedBy.map(printable).join(', ')}`]),
        ]),
    ...report.openings.map(
      ({ origin: former, leaves, published, reason }) =>
        `${bold('restored')}    as ${printable(former)} it had published ${published} leaves; ${leaves} are there (${printable(reason)})`,
    ),
    `${bold('read')}        ${readBefore === 0 ? 'from the first leaf' : `from leaf ${readBefore}; what lies before, earlier`}, ${at}`,
  ];
  const rows = Object.entries(report.holds).map(([check, count]) => [check, count] as const);
  if (rows.length > 0) lines.push('', bold('holds'));
  for (const [check, count] of rows)
    lines.push(`${green('✓')} ${String(count).padStart(9)}  ${CHECKS[check] ?? check}`);
  const codes = Object.entries(report.found);
  if (codes.length > 0) lines.push('', bold('diverges'));
  for (const [code, count] of codes)
    lines.push(`${red('✗')} ${String(count).padStart(9)}  ${code}: ${meaningOf(code)}`);
  for (const one of report.findings.slice(0, MOST)) {
    lines.push(wrap(printable(one.sentence), '    '));
    if (one.expected !== undefined)
      lines.push(dim(`      expected  ${printable(one.expected.slice(0, 200))}`));
    if (one.actual !== undefined) lines.push(dim(`      found     ${printable(one.actual.slice(0, 200))}`));
  }
  if (report.findings.length > MOST)
    lines.push(dim(`    and ${report.findings.length - MOST} more: --json has them`));
  if (report.unchecked.length > 0) lines.push('', bold('could not be checked'));
  for (const { what, reason, count, examples } of report.unchecked) {
    lines.push(`${yellow('?')} ${String(count).padStart(9)}  ${CHECKS[what] ?? what}`);
    lines.push(wrap(`${printable(reason)} (${examples.map(printable).join(', ')})`, '             '));
  }
  const verdict = report.verdict === 'holds' ? green('holds') : red('diverges');
  lines.push('', `${bold('verdict')}     ${verdict}: ${sentenceOf(report)}`);
  return lines.join('\n');
}

export function sentenceOf({ verdict, found, unchecked }: AuditReport): string {
  if (verdict === 'holds') {
    const open = unchecked.reduce((sum, { count }) => sum + count, 0);
    return open === 0
      ? 'everything was checked'
      : `nothing that was checked diverges; ${open} things could not be checked`;
  }
  const count = Object.values(found).reduce((sum, n) => sum + n, 0);
  return `${count} ${count === 1 ? 'thing does' : 'things do'} not hold`;
}

/** What a code means, for whoever reads a number of them. */
export function meaningOf(code: string): string {
  return Object.entries(AUDIT_CODES).find(([known]) => known === code)?.[1] ?? code;
}
