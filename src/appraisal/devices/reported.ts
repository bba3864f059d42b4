import type { InventoryItem, ReportedGpu, UnattestedCode } from '../../evidence/bundle/inventory-item.ts';
import type { AppraisedDevice } from '../../protocol/appraisal.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Reason } from '../../protocol/reason.ts';
import { deviceFactsUnder } from '../facts.ts';
import { assess } from '../levels.ts';

/** GPUs that are there by their host's word alone. They reach no level, and take none from any other device. */
export type ReportedDevices = {
  readonly devices: readonly AppraisedDevice[];
  readonly reasons: readonly Reason[];
};

/**
 * The GPUs of an authentic submission whose own evidence is not in it, each with the host's reason. What the host is
 * attested to be makes none of this true: the attested program may have been told anything by its driver.
 *
 * @param host the facts that the same evidence establishes of the host itself
 */
export function reportedDevices(inventory: InventoryItem | null, host: Facts): ReportedDevices {
  const gpus = (inventory?.gpus ?? []).filter(({ evidence }) => evidence === null);
  return {
    devices: gpus.map((gpu) => {
      const facts = deviceFactsUnder(host, 'host-reported');
      return { id: idOf(gpu), kind: 'gpu', facts, ...assess(facts), reported: view(gpu) };
    }),
    reasons: gpus.map(reasonOf),
  };
}

/** No device of the register, and no chip that is known: a name of the driver's own making. */
function idOf({ uuid }: ReportedGpu): string {
  return `reported:${uuid}`;
}

function view({ evidence: _, unattested, computeCapability: __, ...said }: ReportedGpu) {
  return { ...said, why: unattested ?? UNSAID };
}

const UNSAID = { code: 'not_asked', detail: 'the host does not say why' } as const;

function reasonOf(gpu: ReportedGpu): Reason {
  const { code, detail } = gpu.unattested ?? UNSAID;
  return {
    code: 'device.host-reported',
    kind: 'unproven',
    subject: `device:${idOf(gpu)}`,
    sentence: `GPU ${gpu.index} (${gpu.name}) is there by its host's word alone: ${detail}.`,
    mend: MENDS[code],
  };
}

const MENDS: Readonly<Record<UnattestedCode, string>> = {
  gpu_mode:
    'Enable confidential-computing or protected-PCIe mode on the host that owns the GPU; Hopper attests in no other.',
  gpu_generation: 'Nothing mends it: GPUs attest themselves from Hopper on.',
  tool_missing: "Install NVIDIA's nvattest and the libraries that it needs on the host.",
  gpu_permission: "Run the host's agent as root.",
  gpu_timeout: "See the host's kernel log for a GPU that does not answer.",
  gpu_failed: "See what the host's agent said when it attested.",
  not_asked: 'Run the agent with --gpus auto.',
};
