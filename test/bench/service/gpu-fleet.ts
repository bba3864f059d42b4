import { makeBundle, partOf } from '../../../src/agent/attest.ts';
import { tpmAttester } from '../../../src/agent/tpm/attester.ts';
import { formatPem } from '../../../src/bytes/pem.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { NVIDIA_GPU_MEDIA_TYPE, serialiseNvidiaItem } from '../../../src/evidence/bundle/nvidia-item.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeNvidiaPki } from '../../../src/forge/nvidia/pki.ts';
import type { Session } from '../../../src/protocol/session.ts';
import { type Fleet, foundFleet } from '../../fleet/found.ts';
import { CHOICE, type FleetHost } from '../../fleet/host.ts';
import { type NvidiaVendor, startNvidia } from './nvidia-vendor.ts';

/** Enrolled hosts, each with a TPM and one GPU that nobody declared. */
export type GpuFleet = Fleet & {
  readonly vendor: NvidiaVendor;
  /** What the host submits for a session: its GPU's report and its TPM's quote. */
  readonly bundleOf: (host: FleetHost, session: Session) => Promise<string>;
};

export async function foundGpuFleet(data: string, hostCount: number): Promise<GpuFleet> {
  const pki = forgeNvidiaPki();
  const fleet = await foundFleet(data, hostCount, {
    roots: [
      { name: 'devices', purpose: 'nvidia-device-root', pem: pemOf(pki.deviceRoot) },
      { name: 'manifests', purpose: 'nvidia-rim-root', pem: pemOf(pki.rimRoot) },
    ],
  });
  const gpus = new Map(fleet.hosts.map(({ hostId }) => [hostId, forgeNvidiaGpu({ pki })]));
  const vendor = await startNvidia([...gpus.values()]);
  return {
    ...fleet,
    vendor,
    bundleOf: (host, session) => {
      const gpu = gpus.get(host.hostId);
      if (gpu === undefined) throw new Error('a host without a GPU');
      const evidence = [reportOf(gpu), partOf(tpmAttester(host.tpm, CHOICE))];
      return makeBundle({ evidence, sessionKeys: () => host.sessionKeys }, session);
    },
  };
}

function reportOf(gpu: ForgedNvidiaGpu): ReturnType<typeof partOf> {
  return {
    collect: async (binding) => {
      const report = gpu.report(commitment('gpu-nonce', binding, []));
      const value = serialiseNvidiaItem({ report, certificates: gpu.certificates });
      return [{ label: 'gpu-0', mediaType: NVIDIA_GPU_MEDIA_TYPE, value }];
    },
    isBeside: true,
  };
}

function pemOf({ certificate }: { readonly certificate: Uint8Array }): string {
  return formatPem('CERTIFICATE', certificate);
}
