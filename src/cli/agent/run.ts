import type { AgentState } from '../../agent/loop.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { Traces } from '../serve/traces.ts';
import { dim, green, red, yellow } from '../terminal/style.ts';
import { printable } from '../terminal/table.ts';
import { untilAskedToStop } from '../until-stopped.ts';
import { openAgentFor } from './open.ts';
import type { AgentSettings } from './settings.ts';

/** Attests whenever it is due, a line each time, until SIGINT or SIGTERM. @throws AgentError */
export async function runAgent(settings: AgentSettings): Promise<void> {
  // Loaded only where it is asked for.
  const traces = settings.traces === undefined ? undefined : await openAgentTraces(settings.traces, settings);
  try {
    const agent = openAgentFor(settings, traces?.tracer);
    const ending = new AbortController();
    const running = agent.run(ending.signal, (state) => process.stdout.write(`${describeState(state)}\n`));
    await Promise.race([untilAskedToStop(), running]);
    ending.abort();
    await running;
  } finally {
    await traces?.close();
  }
}

async function openAgentTraces(collector: string, { traceShare }: AgentSettings): Promise<Traces> {
  const say = (sentence: string): void => void process.stderr.write(`${yellow('–')} ${sentence}\n`);
  const log = {
    info: () => say('traces are sent'),
    warn: () => say(`traces are not sent: ${collector} does not take them`),
  };
  const { openTraces } = await import('../serve/traces.ts');
  return openTraces(collector, traceShare / 100, log, 'sextant-agent');
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
