import { EXIT } from '../failure.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import type { Finding } from './finding.ts';

const MARKS: { readonly [S in Finding['status']]: string } = {
  ok: green('✓'),
  warning: yellow('!'),
  problem: red('✗'),
  skipped: dim('–'),
};

/** Prints findings, a line each with what to do about it, and answers the exit status: 1 where there is a problem. */
export function report(findings: readonly Finding[], json: boolean): number {
  const problems = findings.filter(({ status }) => status === 'problem').length;
  process.stdout.write(json ? `${JSON.stringify({ problems, findings }, null, 2)}\n` : describe(findings));
  return problems === 0 ? EXIT.ok : EXIT.refused;
}

function describe(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ id, status, says, mend }) => [
    `${MARKS[status]} ${bold(id)}  ${status === 'skipped' ? dim(`not looked at: ${printable(says)}`) : printable(says)}`,
    ...(mend === null ? [] : [`    ${printable(mend)}`]),
  ]);
  const count = (wanted: Finding['status']): number =>
    findings.filter(({ status }) => status === wanted).length;
  const many = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  const sum = `${count('ok')} ok, ${many(count('warning'), 'warning')}, ${many(count('problem'), 'problem')}, ${count('skipped')} not looked at`;
  return `${[...lines, dim(sum)].join('\n')}\n`;
}
