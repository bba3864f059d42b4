import { measuredUsage } from '../../protocol/usage.ts';
import { EXIT, UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

export type UsageFlags = {
  readonly licence: string;
  readonly from: string;
  readonly until: string;
  readonly unit: string;
  readonly amount: string;
  readonly source: string;
  readonly purpose: string;
};

/** Reports usage, says what it came to, and answers the exit status. @throws AgentError, UsageError */
export async function reportUsage(settings: AgentSettings, flags: UsageFlags): Promise<number> {
  const { licence, from, until, unit, amount, source, purpose } = flags;
  const read = measuredUsage.safeParse({ from, until, unit, amount: Number(amount), source, purpose });
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(
      'usage',
      `--${issue?.path.join('.')}: ${issue?.message}`,
      'See sextant agent usage --help.',
    );
  }
  const agent = openAgentFor(settings);
  const never = new AbortController().signal;
  const answer = await withProgress('reporting', () =>
    agent.reportUsage({ licenceId: licence, ...read.data }, never),
  );
  const { outcome, leasedE12, creditedE12, reasons } = answer;
  const counts = `${leasedE12 - creditedE12} of ${leasedE12} x 10^12 operations count as used`;
  const lines = [`${outcome === 'counted' ? green('✓ counted') : red('✗ refused')}  ${counts}`];
  for (const { code, sentence, mend } of reasons) {
    lines.push(`  ${red('✗')} ${bold(code)}: ${printable(sentence)}`, dim(`    ${printable(mend ?? '')}`));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return outcome === 'counted' ? EXIT.ok : EXIT.refused;
}
