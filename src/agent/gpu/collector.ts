import type { Item } from '../../evidence/bundle/cmw.ts';
import { commitment } from '../../evidence/bundle/commitment.ts';
import {
  INVENTORY_LABEL,
  INVENTORY_MEDIA_TYPE,
  type InventoryItem,
  serialiseInventoryItem,
} from '../../evidence/bundle/inventory-item.ts';
import {
  NVIDIA_GPU_MEDIA_TYPE,
  NVIDIA_SWITCH_MEDIA_TYPE,
  serialiseNvidiaItem,
} from '../../evidence/bundle/nvidia-item.ts';
import type { NvidiaKind } from '../../evidence/nvidia/index.ts';
import type { Collector } from '../attester.ts';
import { AgentError } from '../errors.ts';
import type { Note } from '../tee/attester.ts';
import type { EvidenceSource, GpuInventory, NvidiaHost } from './port.ts';
import { evidenceSource, type Unattested, whyFailed, whyNot } from './unattested.ts';

/**
 * The evidence of a host's GPUs and switches, and what the host says of its GPUs beside it. A GPU that does not attest is
 * in the inventory with the reason; under `auto` it keeps no host from attesting, under `required` it does.
 *
 * @throws AgentError under `required` alone: `gpu_absent`, or as {@link NvidiaHost}
 */
export function gpuCollector(host: NvidiaHost, choice: 'auto' | 'required', note: Note): Collector {
  /** What `ask` answers; under `auto` null with a note where it fails. */
  const attempt = async <T>(ask: () => Promise<T>): Promise<T | AgentError> => {
    try {
      return await ask();
    } catch (error) {
      if (choice === 'required' || !(error instanceof AgentError)) throw error;
      note(`No evidence of this host's GPUs (${error.code}): ${error.message}. ${error.mend}`);
      return error;
    }
  };
  return async (binding) => {
    const inventory = await attempt(() => host.inventory());
    if (inventory instanceof AgentError) return [];
    if (inventory === null) {
      if (choice === 'required') throw noGpu();
      return [];
    }
    const nonce = commitment('gpu-nonce', binding, []);
    const source = evidenceSource(inventory);
    if (source === null) {
      const reported = inventoryItem(inventory, whyNot);
      if (choice === 'required') throw unattesting(inventory);
      return [reported];
    }
    const gpus = await attempt(() => evidenceItems(host, 'gpu', source, nonce));
    if (gpus instanceof AgentError) return [inventoryItem(inventory, () => whyFailed(gpus))];
    const hasSwitches = inventory.confidentialComputing?.multiGpu === 'protected-pcie';
    const switches = hasSwitches ? await attempt(() => evidenceItems(host, 'switch', source, nonce)) : [];
    return [
      ...gpus,
      ...(switches instanceof AgentError ? [] : switches),
      inventoryItem(inventory, unpaired(inventory, gpus), gpus),
    ];
  };
}

async function evidenceItems(
  host: NvidiaHost,
  kind: NvidiaKind,
  source: EvidenceSource,
  nonce: Uint8Array,
): Promise<readonly Item[]> {
  const devices = await host.collect(kind, source, nonce);
  const mediaType = kind === 'gpu' ? NVIDIA_GPU_MEDIA_TYPE : NVIDIA_SWITCH_MEDIA_TYPE;
  return devices.map(({ report, certificates }, index) => ({
    label: `${kind}-${index}`,
    mediaType,
    value: serialiseNvidiaItem({ report, certificates }),
  }));
}

/** Reports name no GPU as the driver does: as many of both stand in one order, else which is whose is not known. */
function unpaired({ gpus }: GpuInventory, items: readonly Item[]): () => Unattested | null {
  if (gpus.length === items.length) return () => null;
  const detail = `${items.length} reports of ${gpus.length} GPUs: which is whose is not known`;
  return () => ({ code: 'gpu_failed', detail });
}

function inventoryItem(
  { gpus, confidentialComputing }: GpuInventory,
  unattested: (gpu: GpuInventory['gpus'][number]) => Unattested | null,
  items: readonly Item[] = [],
): Item {
  const item: InventoryItem = {
    v: 1,
    confidentialComputing,
    gpus: gpus.map((gpu, position) => {
      const why = unattested(gpu);
      return { ...gpu, evidence: why === null ? (items[position]?.label ?? null) : null, unattested: why };
    }),
  };
  return { label: INVENTORY_LABEL, mediaType: INVENTORY_MEDIA_TYPE, value: serialiseInventoryItem(item) };
}

function noGpu(): AgentError {
  return new AgentError(
    'gpu_absent',
    'no NVIDIA GPU was found',
    'Install the driver and see that nvidia-smi -L lists the GPUs; or leave --gpus required out.',
  );
}

function unattesting({ gpus }: GpuInventory): AgentError {
  const [first] = gpus;
  const { code, detail } =
    first === undefined ? { code: 'gpu_absent' as const, detail: 'no GPU' } : whyNot(first);
  return new AgentError(
    code === 'gpu_generation' ? 'gpu_generation' : 'gpu_mode',
    `the GPUs of this host do not attest: ${detail}`,
    'Enable confidential computing on the host that owns them, or leave --gpus required out: they are then reported only.',
  );
}
