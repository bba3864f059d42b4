import { UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

export type MeasureFlags = {
  readonly name: string;
  readonly setVersion: string;
  readonly publisher: string;
};

/** Prints what this host measures now as a reference set. @throws UsageError `usage`, AgentError */
export async function measure(settings: AgentSettings, flags: MeasureFlags): Promise<void> {
  const agent = openAgentFor({ ...settings, verifier: settings.verifier ?? 'http://127.0.0.1' });
  const measured = await withProgress('measuring', async () => (await agent.attester()).measure());
  if (measured === null)
    throw new UsageError('usage', 'a SHA-1 bank proves nothing', 'Give --pcrs sha256:0-9,14.');
  const { name, setVersion: version, publisher } = flags;
  const { kind, ...values } = measured;
  const set = { kind, name, version, publisher, ...values, sealed: false };
  process.stdout.write(`${JSON.stringify(set, null, 2)}\n`);
}
