import { AgentError } from '../errors.ts';
import { collectArguments, MAX_OUTPUT_BYTES, readCollected, toolFailure } from './nvattest.ts';
import { parseConfidentialComputing, parseGpuList, QUERIED_FIELDS } from './nvidia-smi.ts';
import type { GpuInventory, NvidiaHost } from './port.ts';
import { type RunTool, runTool, type ToolLimits } from './run-tool.ts';

export type GpuTools = {
  /** By their names on PATH, or as paths. */
  readonly nvidiaSmi?: string;
  readonly nvattest?: string;
  /** For a first answer of eight GPUs without the persistence daemon. Default 60 seconds. */
  readonly inventoryTimeoutMs?: number;
  /** For sixteen reports. Default 120 seconds. */
  readonly collectTimeoutMs?: number;
  readonly run?: RunTool;
  readonly isRoot?: boolean;
};

const INVENTORY_BYTES = 1 << 18;

/** The devices behind nvidia-smi and nvattest. */
export function toolsNvidiaHost(options: GpuTools = {}): NvidiaHost {
  const { nvidiaSmi = 'nvidia-smi', nvattest = 'nvattest', run = runTool } = options;
  const { inventoryTimeoutMs = 60_000, collectTimeoutMs = 120_000 } = options;
  const isRoot = options.isRoot ?? process.geteuid?.() === 0;
  const limits: ToolLimits = { timeoutMs: inventoryTimeoutMs, maxBytes: INVENTORY_BYTES };
  return {
    async inventory(): Promise<GpuInventory | null> {
      const listed = await run(nvidiaSmi, listArguments(), limits);
      if (listed.ended === 'not-found') return null;
      if (listed.ended !== 'itself') throw driverFailure(listed.ended, '');
      const text = listed.stdout.toString('utf8');
      if (listed.exitCode !== 0) throw driverFailure(`exit ${listed.exitCode}`, text || listed.stderr);
      if (/^No devices were found/m.test(text)) return null;
      const gpus = parseGpuList(text);
      const mode = await run(nvidiaSmi, ['conf-compute', '-q'], limits);
      // Drivers that know no such mode refuse the question.
      const isKnown = mode.ended === 'itself' && mode.exitCode === 0;
      const confidentialComputing = isKnown ? parseConfidentialComputing(mode.stdout.toString('utf8')) : null;
      return { gpus, confidentialComputing };
    },
    async collect(kind, source, nonce) {
      const args = collectArguments(kind, source, nonce);
      const outcome = await run(nvattest, args, { timeoutMs: collectTimeoutMs, maxBytes: MAX_OUTPUT_BYTES });
      // Its exit code is the result's, modulo 256: the result itself says more.
      if (outcome.ended === 'itself') return readCollected(outcome.stdout, { isRoot });
      throw toolFailure(outcome.ended);
    },
  };
}

function listArguments(): string[] {
  return [`--query-gpu=${QUERIED_FIELDS.join(',')}`, '--format=csv,noheader'];
}

function driverFailure(how: string, said: string): AgentError {
  const firstLine = said
    .replace(/[^ -~\n]/g, '?')
    .trim()
    .split('\n', 1)[0];
  const code = how === 'overdue' ? 'gpu_timeout' : 'gpu_failed';
  return new AgentError(
    code,
    `nvidia-smi failed: ${firstLine === undefined || firstLine === '' ? how : firstLine.slice(0, 200)}`,
    'See dmesg for what the NVIDIA driver said, and that driver and tools are of one version.',
    { actual: how },
  );
}
