import type { EvidencePart } from '../../agent/attest.ts';
import { gpuCollector } from '../../agent/gpu/collector.ts';
import type { CollateralSource } from '../../collateral/source.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu } from '../../forge/nvidia/gpu.ts';
import { forgeNvidiaHost } from '../../forge/nvidia/host.ts';
import { forgeOcspOf } from '../../forge/nvidia/ocsp.ts';
import { forgeNvidiaPki } from '../../forge/nvidia/pki.ts';
import { forgeRimsOf } from '../../forge/nvidia/rim.ts';

const COUNT = 2;

/** The GPUs of the demonstration's guest, new chips under a new “NVIDIA” at every start: their keys lie nowhere. */
export class DemoGpus {
  readonly pki = forgeNvidiaPki('demonstration');
  readonly devices: readonly ForgedNvidiaGpu[] = Array.from({ length: COUNT }, () =>
    forgeNvidiaGpu({ pki: this.pki }),
  );

  /** What the guest's agent shows of them. */
  evidence(): EvidencePart {
    const host = forgeNvidiaHost({ devices: this.devices });
    return { collect: gpuCollector(host, 'required', () => {}), isBeside: true };
  }

  /** What their “NVIDIA” publishes about them, now. */
  published(): Awaited<ReturnType<CollateralSource['nvidia']>> {
    const at = new Date();
    const chains = this.devices.map(({ chain }) => chain.slice(1));
    const signers = [...this.pki.rimChain('hopper'), this.pki.rimRoot];
    return {
      rims: new Map(this.devices.flatMap((gpu) => forgeRimsOf(gpu).map(({ id, xml }) => [id, xml]))),
      ocsp: [...chains, signers].flatMap((chain) => forgeOcspOf(chain, at)),
      absent: [],
      provenance: [],
    };
  }
}
