import type { ReportedGpu } from '../../evidence/bundle/inventory-item.ts';
import type { CollectedDevice, NvidiaKind } from '../../evidence/nvidia/index.ts';

/** A GPU as its driver describes it. */
export type InstalledGpu = Omit<ReportedGpu, 'evidence' | 'unattested'>;

/** The mode of the host's GPUs, all of them being in one; null where the driver does not say. */
export type ConfidentialComputing = {
  readonly state: 'on' | 'off' | 'devtools' | null;
  readonly multiGpu: 'none' | 'protected-pcie' | null;
  /** Whether work may be given to them: the tenant's to set after attestation. */
  readonly ready: boolean | null;
};

export type GpuInventory = {
  /** In NVML's order. */
  readonly gpus: readonly InstalledGpu[];
  readonly confidentialComputing: ConfidentialComputing | null;
};

/** NVML asks the driver, and takes confidential-computing or protected-PCIe mode; Corelib the chip itself, Blackwell alone. */
export type EvidenceSource = 'nvml' | 'corelib';

/** A host's NVIDIA devices as the agent asks them. Every method throws AgentError with a code of `DeviceCode`. */
export interface NvidiaHost {
  /** Null where no NVIDIA driver is installed. @throws AgentError `gpu_failed`, `gpu_timeout` */
  inventory(): Promise<GpuInventory | null>;
  /**
   * The evidence of all devices of that kind, in NVML's order.
   *
   * @param nonce 32 bytes, which each device signs
   * @throws AgentError `tool_missing`, `gpu_mode`, `gpu_generation`, `gpu_permission`, `gpu_timeout`, `gpu_failed`
   */
  collect(kind: NvidiaKind, source: EvidenceSource, nonce: Uint8Array): Promise<readonly CollectedDevice[]>;
}
