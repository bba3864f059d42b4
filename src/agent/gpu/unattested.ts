import { UNATTESTED_CODES, type UnattestedCode } from '../../evidence/bundle/inventory-item.ts';
import type { AgentError } from '../errors.ts';
import type { EvidenceSource, GpuInventory, InstalledGpu } from './port.ts';

/** Why a GPU's own evidence is not in the bundle. */
export type Unattested = { readonly code: UnattestedCode; readonly detail: string };

/** The first compute capability whose firmware makes reports, and those that make them without a mode. */
const HOPPER = 9;
const BLACKWELL: readonly number[] = [10, 12];

/**
 * How this host's GPUs can be asked for evidence; null where they cannot. In confidential-computing or protected-PCIe mode the
 * driver passes reports on, of all GPUs or none; outside it Blackwell answers through Corelib.
 */
export function evidenceSource({ gpus, confidentialComputing }: GpuInventory): EvidenceSource | null {
  const { state = null, multiGpu = null } = confidentialComputing ?? {};
  if (state === 'on' || state === 'devtools' || multiGpu === 'protected-pcie') return 'nvml';
  return gpus.every((gpu) => BLACKWELL.includes(majorOf(gpu) ?? 0)) ? 'corelib' : null;
}

/** Of a GPU on a host whose GPUs cannot be asked. */
export function whyNot(gpu: InstalledGpu): Unattested {
  const major = majorOf(gpu);
  return major !== null && major < HOPPER
    ? {
        code: 'gpu_generation',
        detail: `its generation cannot attest: compute capability ${gpu.computeCapability}`,
      }
    : { code: 'gpu_mode', detail: 'not in confidential-computing mode' };
}

/** Of every GPU on a host where asking failed. */
export function whyFailed(error: AgentError): Unattested {
  const code = UNATTESTED_CODES.find((known) => known === error.code) ?? 'gpu_failed';
  return { code, detail: printable(error.message) };
}

function majorOf({ computeCapability }: InstalledGpu): number | null {
  const [major = ''] = computeCapability?.split('.') ?? [];
  return /^\d{1,3}$/.test(major) ? Number(major) : null;
}

/** As the item of an inventory takes it. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?').slice(0, 300);
}
