import type { GpuChoice } from '../../../agent/gpu/choice.ts';
import type { GpuInventory } from '../../../agent/gpu/port.ts';
import { runTool } from '../../../agent/gpu/run-tool.ts';
import { toolsNvidiaHost } from '../../../agent/gpu/tools.ts';
import { SextantError } from '../../../bytes/errors.ts';
import { type Finding, ok, problem, skipped, warning } from '../../doctor/finding.ts';
import { failed } from './folder.ts';

const LIMITS = { timeoutMs: 20_000, maxBytes: 1 << 16 };

/** NVIDIA's GPUs as nvidia-smi lists them, and the tool that asks them for evidence. Whether they then attest, attesting shows. */
export async function checkGpus(choice: GpuChoice): Promise<Finding[]> {
  if (choice === 'none') return [skipped('gpus', '--gpus none asks nobody')];
  const isRequired = choice === 'required';
  try {
    const inventory = await toolsNvidiaHost().inventory();
    if (inventory === null) return [none(isRequired)];
    return [ok('gpus', describe(inventory)), await checkNvattest(isRequired)];
  } catch (error) {
    if (error instanceof SextantError) return [failed('gpus', error)];
    throw error;
  }
}

function none(isRequired: boolean): Finding {
  const says = 'nvidia-smi lists none, or is not installed';
  return isRequired
    ? problem('gpus', says, 'Install NVIDIA’s driver; --gpus required asks for GPUs.')
    : skipped('gpus', says);
}

function describe({ gpus, confidentialComputing }: GpuInventory): string {
  const names = [...Map.groupBy(gpus, ({ name }) => name)].map(([name, its]) => `${its.length} x ${name}`);
  return `${names.join(', ')}; confidential computing ${confidentialComputing?.state ?? 'unknown'}`;
}

async function checkNvattest(isRequired: boolean): Promise<Finding> {
  const id = 'gpus.nvattest';
  const outcome = await runTool('nvattest', ['version'], LIMITS);
  if (outcome.ended === 'itself') return ok(id, 'nvattest is installed');
  const mend = 'Install NVIDIA’s nvattest 1.1 or later (libnvat), and see that it is on PATH.';
  const says =
    outcome.ended === 'not-found'
      ? 'nvattest is not installed: GPUs are only reported'
      : `nvattest: ${outcome.ended}`;
  return isRequired ? problem(id, says, mend) : warning(id, says, mend);
}
