import { UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import type { AgentFlags } from './flags.ts';
import { openAgentFor } from './open.ts';

export type MeasureFlags = AgentFlags & {
  readonly name: string;
  readonly setVersion: string;
  readonly publisher: string;
};

/** Prints what this host measures now as a reference set. @throws UsageError `usage`, AgentError */
export async function measure(flags: MeasureFlags): Promise<void> {
  const agent = openAgentFor({ verifier: 'http://127.0.0.1', ...flags });
  const measured = await withProgress('measuring', async () => (await agent.attester()).measure());
  if (measured === null)
    throw new UsageError('usage', 'a SHA-1 bank proves nothing', 'Give --pcrs sha256:0-9,14.');
  const { name, setVersion: version, publisher } = flags;
  const { kind, ...values } = measured;
  const set = { kind, name, version, publisher, ...values, sealed: false };
  process.stdout.write(`${JSON.stringify(set, null, 2)}\n`);
}
