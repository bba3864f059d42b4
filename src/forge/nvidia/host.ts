import { AgentError } from '../../agent/errors.ts';
import { explainResult } from '../../agent/gpu/nvattest-failure.ts';
import type { ConfidentialComputing, NvidiaHost } from '../../agent/gpu/port.ts';
import { toUtf8 } from '../../bytes/text.ts';
import { parseDeviceJson } from '../../evidence/nvidia/index.ts';
import type { ForgedNvidiaGpu, NvidiaReportChange } from './gpu.ts';

export type ForgedHostOptions = {
  /** GPUs and switches, in NVML's order. */
  readonly devices: readonly ForgedNvidiaGpu[];
  /** Default: on, and protected PCIe where there are switches. */
  readonly confidentialComputing?: ConfidentialComputing | null;
  /** What each report is to say instead, by its device's place among those of its kind. */
  readonly change?: (index: number) => NvidiaReportChange;
};

const CAPABILITY = { hopper: '9.0', blackwell: '10.0', ls10: null } as const;
const NAME = { hopper: 'NVIDIA H100 80GB HBM3', blackwell: 'NVIDIA B200', ls10: 'NVSwitch' } as const;
/** nvattest's: neither mode. */
const MODE_NOT_SUPPORTED = 509;

/** The NVIDIA devices of a host that exists nowhere, as the agent asks them. */
export function forgeNvidiaHost(options: ForgedHostOptions): NvidiaHost {
  const { devices, change = () => ({}) } = options;
  const ofKind = (kind: ForgedNvidiaGpu['kind']): readonly ForgedNvidiaGpu[] =>
    devices.filter((device) => device.kind === kind);
  const hasSwitches = ofKind('switch').length > 0;
  const usual: ConfidentialComputing = hasSwitches
    ? { state: 'off', multiGpu: 'protected-pcie', ready: true }
    : { state: 'on', multiGpu: 'none', ready: true };
  const { confidentialComputing = usual } = options;
  return {
    inventory: async () => ({ gpus: ofKind('gpu').map(described), confidentialComputing }),
    collect: async (kind, source, nonce) => {
      const { state = null, multiGpu = null } = confidentialComputing ?? {};
      if (source === 'nvml' && state !== 'on' && multiGpu !== 'protected-pcie') {
        throw explainResult(MODE_NOT_SUPPORTED, 'GPU is neither in CC nor in PPCIe mode', true);
      }
      const asked = ofKind(kind);
      if (asked.length === 0) throw new AgentError('gpu_absent', `no ${kind}`, 'Forge one.');
      const evidences = asked.map((device, index) => device.collected(nonce, change(index)));
      return parseDeviceJson(toUtf8(JSON.stringify(evidences), 'evidences'));
    },
  };
}

/** As the driver would describe it. */
export function described({ generation, identity, firmware }: ForgedNvidiaGpu, index: number) {
  const hex = identity.slice(0, 32);
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return {
    index,
    uuid: `GPU-${uuid.join('-')}`,
    name: NAME[generation],
    serial: `16${String(Number.parseInt(identity.slice(32, 42), 16))
      .padStart(13, '0')
      .slice(0, 11)}`,
    pciBusId: `00000000:${(0x19 + 0x10 * index).toString(16).toUpperCase().padStart(2, '0')}:00.0`,
    driverVersion: firmware.driver ?? '',
    vbiosVersion: firmware.vbios,
    computeCapability: CAPABILITY[generation],
  };
}
