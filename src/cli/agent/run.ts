import type { AgentState } from '../../agent/loop.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

/** Attests whenever it is due, a line each time, until SIGINT or SIGTERM. @throws AgentError */
export async function runAgent(settings: AgentSettings): Promise<void> {
  const agent = openAgentFor(settings);
  const ending = new AbortController();
  const running = agent.run(ending.signal, (state) => process.stdout.write(`${describeState(state)}\n`));
  await Promise.race([untilAskedToStop(), running]);
  ending.abort();
  await running;
}

function describeState(state: AgentState): string {
  const next = dim(`next ${formatInstant(state.next)}`);
  switch (state.state) {
    case 'attested':
      return `${green('attested')}  ${state.devices.map(({ label }) => label).join(', ')}  ${next}`;
    case 'waiting':
      return `${yellow('waiting')}  ${state.code}: ${printable(state.message)}  ${next}`;
    case 'refused':
      return `${red('refused')}  ${state.code}: ${printable(state.message)}\n  ${printable(state.mend)}  ${next}`;
  }
}
