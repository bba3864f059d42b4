import { hostname } from 'node:os';
import { readInput } from '../read-input.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green } from '../terminal/style.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

export type EnrolFlags = {
  readonly tokenFile: string;
  readonly name?: string;
  readonly again?: boolean;
};

/** Enrols this host. @throws UsageError `unreadable`, AgentError */
export async function enrol(settings: AgentSettings, flags: EnrolFlags): Promise<void> {
  const agent = openAgentFor(settings);
  const token = readToken(flags.tokenFile);
  const record = await withProgress('enrolling', () =>
    agent.enrol(token, {
      signal: new AbortController().signal,
      hostname: flags.name ?? hostname(),
      again: flags.again === true,
    }),
  );
  process.stdout.write(`${green('✓')} enrolled as ${bold(record.hostId)} at ${record.verifier}\n`);
  process.stdout.write(dim('Next: sextant agent attest\n'));
}

function readToken(path: string): string {
  return readInput(path, 'Name the file that holds the enrolment token.').toString('utf8').trim();
}
