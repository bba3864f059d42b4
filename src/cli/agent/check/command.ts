import { InvalidArgumentError } from 'commander';
import type { Endpoint } from '../../../location/probe/index.ts';
import { report } from '../../doctor/report.ts';
import { UsageError } from '../../failure.ts';
import { endpoints } from '../../landmark/options.ts';
import { withProgress } from '../../terminal/progress.ts';
import type { AgentSettings } from '../settings.ts';
import { checkHost } from './check.ts';

export type CheckFlags = { readonly landmark?: readonly string[]; readonly json?: boolean };

/** Prints what is found and answers the exit status. @throws UsageError `bad_setting`, `unreadable` */
export async function check(settings: AgentSettings, flags: CheckFlags): Promise<number> {
  const landmarks = endpointsOf(flags.landmark ?? []);
  const findings = await withProgress('looking at this host', () => checkHost(settings, landmarks));
  return report(findings, flags.json === true);
}

function endpointsOf(texts: readonly string[]): readonly Endpoint[] {
  try {
    return endpoints(texts);
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    throw new UsageError('bad_setting', `--landmark: ${cause.message}`, 'Give addresses, not names.', cause);
  }
}
