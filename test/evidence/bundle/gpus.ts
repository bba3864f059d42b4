import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { TPM_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';
import {
  NVIDIA_GPU_MEDIA_TYPE,
  NVIDIA_SWITCH_MEDIA_TYPE,
  serialiseNvidiaItem,
} from '../../../src/evidence/bundle/nvidia-item.ts';
import type { NvidiaTrust } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import {
  type ForgedNvidiaGpu,
  forgeNvidiaGpu,
  type NvidiaReportChange,
} from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../src/pki/index.ts';
import { attest, type Host, now, pcrs, signQuote } from './host.ts';

/** Devices that exist nowhere, all under one forged PKI. */
export const gpus: readonly ForgedNvidiaGpu[] = Array.from({ length: 3 }, () => forgeNvidiaGpu());
export const blackwell = forgeNvidiaGpu({ generation: 'blackwell' });
export const nvSwitch = forgeNvidiaGpu({ generation: 'ls10' });
export const gpu = (index: number): ForgedNvidiaGpu => {
  const found = gpus[index];
  if (found === undefined) throw new Error(`there is no GPU ${index}`);
  return found;
};

const anchor = (der: Uint8Array): TrustAnchor => anchorFromCertificate(parseCertificate(der));

/** Everything that these devices need; `now` is within it. */
export function trustFor(devices: readonly ForgedNvidiaGpu[], at = now): NvidiaTrust {
  const { pki } = gpu(0);
  const generations = [...new Set(devices.map(({ generation }) => generation))];
  return {
    deviceAnchors: [anchor(pki.deviceRoot.certificate)],
    rimAnchors: [anchor(pki.rimRoot.certificate)],
    rims: new Map(devices.flatMap((device) => forgeRimsOf(device).map(({ id, xml }) => [id, xml] as const))),
    // One answer for each certificate, as NVIDIA gives them; the leaf's is nobody's to give, and is here to be read too.
    ocsp: [
      ...devices.flatMap(({ chain }) => forgeOcspOf(chain, at, (index) => (index < 2 ? {} : null))),
      ...authorities(devices).flatMap((chain) => forgeOcspOf(chain, at, (index) => (index < 2 ? null : {}))),
      ...generations.flatMap((generation) => forgeOcspOf([...pki.rimChain(generation), pki.rimRoot], at)),
    ],
  };
}

/** A chain for each provisioner. */
function authorities(devices: readonly ForgedNvidiaGpu[]): ForgedNvidiaGpu['chain'][] {
  return [...new Map(devices.map(({ chain }) => [chain[2], chain] as const)).values()];
}

type ItemOptions = {
  readonly label?: string;
  readonly nonce?: Uint8Array;
  readonly change?: NvidiaReportChange;
  /** Last change to the report. */
  readonly tamper?: (report: Uint8Array) => Uint8Array;
  readonly mediaType?: string;
};

/** One device's item over a binding. */
export function gpuItem(device: ForgedNvidiaGpu, binding: Item, options: ItemOptions = {}): Item {
  const { nonce = commitment('gpu-nonce', binding.value, []), tamper = (same) => same } = options;
  const report = tamper(device.report(nonce, options.change));
  const { kind } = device;
  return {
    label: options.label ?? `${kind}-0`,
    mediaType: options.mediaType ?? (kind === 'gpu' ? NVIDIA_GPU_MEDIA_TYPE : NVIDIA_SWITCH_MEDIA_TYPE),
    value: serialiseNvidiaItem({ report, certificates: device.certificates }),
  };
}

/** The TPM's item over the binding and whatever it knows of. */
export function tpmItem(host: Host, [binding, ...before]: readonly [Item, ...Item[]]): Item {
  const quote = attest(commitment('tpm-extra-data', binding.value, before));
  const value = serialiseTpmItem({
    quote,
    signature: signQuote(quote, host.akPrivate),
    akPublic: host.akPublic,
    pcrs: new Map([['sha256', pcrs]]),
    eventLog: null,
  });
  return { label: 'tpm', mediaType: TPM_QUOTE_MEDIA_TYPE, value };
}
