import type { Judgement } from '../../policy/judge.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { terminalColumns, wrap } from '../terminal/wrap.ts';
import { describeBootLog } from './present-boot-log.ts';
import { describeDevices } from './present-devices.ts';
import { describeGuest } from './present-guest.ts';
import { describeNras } from './present-nras.ts';
import { describePlatform } from './present-platform.ts';

type Row = { readonly mark: string; readonly id: string; readonly expected: string; readonly actual: string };

/** A judgement for a person: the verdict first, then every check, then what was not done. */
export function describeJudgement(path: string, judgement: Judgement): string {
  const { format, policy, accepted, authentic, error } = judgement;
  const verdict = accepted
    ? green('accepted')
    : authentic === null
      ? yellow('could not be judged')
      : red('refused');
  const lines = [
    `${bold(printable(path))}  ${format ?? 'unknown format'}: ${verdict} by policy ${printable(policy)}`,
  ];
  if (authentic !== null) lines.push(dim(`authentic: ${authentic ? 'yes' : 'no'}`));
  if (error !== undefined) lines.push(...describeError(error));
  lines.push(...failures(judgement), ...missingCollateral(path, judgement));
  for (const { code, sentence } of judgement.weaknesses) {
    lines.push(`  ${yellow('!')} ${bold(code)}`, wrap(printable(sentence), '      '));
  }
  if (judgement.verdict) lines.push(...describePlatform(judgement.verdict), ...unweighed(judgement));
  if (judgement.tee) lines.push(...describeGuest(judgement.tee));
  if (judgement.gceInstance) lines.push(...describeInstance(judgement.gceInstance));
  if (judgement.devices) lines.push(...describeDevices(judgement.devices));
  if (judgement.nras) lines.push(...describeNras(judgement.nras));
  if (judgement.bootLog) lines.push(...describeBootLog(judgement.bootLog));
  if (judgement.checks.length > 0) lines.push('', checks(judgement));
  if (judgement.appraisal?.nearest) lines.push('', ...differences(judgement.appraisal.nearest));
  if (judgement.notPerformed.length > 0) {
    lines.push('', 'Not performed:');
    for (const { id, reason } of judgement.notPerformed)
      lines.push(`  ${yellow('–')} ${id}  ${dim(printable(reason))}`);
  }
  return `${lines.join('\n')}\n`;
}

function describeInstance(instance: NonNullable<Judgement['gceInstance']>): string[] {
  const { projectId, projectNumber, zone, instanceName, instanceId } = instance;
  const name = `${instanceName} (${instanceId}) in ${zone}, project ${projectId} (${projectNumber})`;
  return ['', `${bold('Machine')}  ${printable(name)}`];
}

/** Genuine evidence of a weak platform is genuine: whoever reads `accepted` must not take it for more. */
function unweighed({ accepted, verdict, checks: list, policy }: Judgement): string[] {
  const weighed = list.some(({ id }) => id === 'intel.policy.tcb-status');
  if (!accepted || weighed || verdict?.status === 'UpToDate') return [];
  return [
    '',
    yellow(`The policy ${printable(policy)} does not weigh the platform's status; the policy gate does.`),
  ];
}

/** What a refusal rests on, in full: the table below cuts what is long. */
function failures({ checks: list }: Judgement): string[] {
  return list
    .filter(({ status }) => status === 'fail')
    .flatMap(({ id, expected = '–', actual = '–' }) => [
      `  ${red('✗')} ${bold(id)}`,
      wrap(`found     ${printable(actual)}`, '      '),
      wrap(`expected  ${printable(expected)}`, '      '),
    ]);
}

/** What Intel publishes about a platform, where there is none at all of a part: not wrong, only not at hand. */
const ABSENT: ReadonlyMap<string, string> = new Map([
  ['intel.tcb-info.well-formed', 'none'],
  ['intel.qe-identity.well-formed', 'none'],
  ['intel.crl.root.present', 'there is none'],
  ['intel.crl.pck.present', 'there is none'],
]);

function missingCollateral(path: string, { checks: list }: Judgement): string[] {
  if (!list.some(({ id, status, actual }) => status === 'fail' && ABSENT.get(id) === actual)) return [];
  return [
    '',
    yellow("Intel's documents on this platform are missing. Where there is a network:"),
    `  sextant collateral fetch --for ${printable(path)}`,
    '  sextant collateral export collateral/',
    dim("Then verify with --collateral and the platform's folder in collateral/."),
  ];
}

/** Both columns of values share what the terminal has left beside the ids; a pipe gets them as they are, within reason. */
function valueWidths(list: Judgement['checks']): { found: number; wanted: number } {
  const columns = terminalColumns();
  if (columns === null) return { found: 72, wanted: 72 };
  const left = columns - 7 - Math.max(0, ...list.map(({ id }) => id.length));
  const found = Math.max(16, Math.floor(left * 0.6));
  return { found, wanted: Math.max(12, left - found) };
}

function checks({ checks: list }: Judgement): string {
  const rows = list.map(
    ({ id, status, expected = '', actual = '' }): Row => ({
      mark: status === 'pass' ? green('✓') : red('✗'),
      id: status === 'pass' ? id : bold(id),
      expected: status === 'pass' && expected === actual ? '' : printable(expected),
      actual: printable(actual),
    }),
  );
  const { found, wanted } = valueWidths(list);
  return table(
    [
      { title: ' ', value: (row: Row) => row.mark },
      { title: 'check', value: (row: Row) => row.id },
      { title: 'found', value: (row: Row) => row.actual, max: found },
      { title: 'expected', value: (row: Row) => row.expected, max: wanted },
    ],
    rows,
  );
}

function describeError(error: NonNullable<Judgement['error']>): string[] {
  const where =
    error.path === undefined
      ? ''
      : ` at ${error.path}${error.offset === undefined ? '' : `, byte ${error.offset}`}`;
  const lines = [`${red(error.code)}${printable(where)}: ${printable(error.message)}`];
  if (error.expected !== undefined)
    lines.push(dim(`  expected ${printable(error.expected)}, found ${printable(error.actual ?? 'nothing')}`));
  return lines;
}

function differences({
  set,
  differences: list,
}: NonNullable<NonNullable<Judgement['appraisal']>['nearest']>): string[] {
  return [
    `Nearest reference set: ${printable(set.name)} ${printable(set.version)}`,
    ...list.map(
      ({ field, expected, actual }) =>
        `  ${red('✗')} ${field}  ${dim(`found ${actual ?? 'nothing'}, allowed ${expected.join(' or ')}`)}`,
    ),
  ];
}
