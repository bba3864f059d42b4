import { generateKeyPairSync } from 'node:crypto';
import { bindingKeys } from '../../../src/agent/session-keys.ts';
import { toUtf8 } from '../../../src/bytes/text.ts';
import { serialiseBinding } from '../../../src/evidence/bundle/binding.ts';
import { type Item, serialiseCollection } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { signJws } from '../../../src/evidence/bundle/jws.ts';
import {
  BINDING_LABEL,
  BINDING_MEDIA_TYPE,
  TPM_QUOTE_MEDIA_TYPE,
} from '../../../src/evidence/bundle/labels.ts';
import { NVIDIA_GPU_MEDIA_TYPE, serialiseNvidiaItem } from '../../../src/evidence/bundle/nvidia-item.ts';
import type { NvidiaTrust } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { NO_TEE_TRUST } from '../../../src/evidence/bundle/tee-trust.ts';
import { serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import type { BundleInput } from '../../../src/evidence/bundle/verify.ts';
import { type ForgedNvidiaGpu, forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { attest, type Host, makeHost, now, pcrs, session, signQuote } from '../../evidence/bundle/host.ts';
import { deviceAnchors, rimAnchors } from '../../evidence/nvidia/forged.ts';

export type GpuHost = { readonly host: Host; readonly gpus: readonly ForgedNvidiaGpu[] };

export function makeGpuHost(count = 8): GpuHost {
  return { host: makeHost(), gpus: Array.from({ length: count }, () => forgeNvidiaGpu()) };
}

/** What NVIDIA publishes about these chips. */
export function trustIn(gpus: readonly ForgedNvidiaGpu[]): NvidiaTrust {
  const [first] = gpus;
  if (first === undefined) throw new Error('no GPU');
  const { pki, generation } = first;
  const above = forgeOcspOf(first.chain, now).slice(2);
  const chips = gpus.flatMap(({ chain }) => forgeOcspOf(chain, now).slice(1, 2));
  const signers = forgeOcspOf([...pki.rimChain(generation), pki.rimRoot], now);
  return {
    deviceAnchors: deviceAnchors(pki),
    rimAnchors: rimAnchors(pki),
    rims: new Map(forgeRimsOf(first).map(({ id, xml }) => [id, xml])),
    ocsp: [...above, ...chips, ...signers],
  };
}

/** A submission of this host: each has session keys, and therefore a challenge, of its own. */
export function submission({ host, gpus }: GpuHost, nvidia: NvidiaTrust): BundleInput {
  const keys = {
    signing: generateKeyPairSync('ed25519').privateKey,
    exchange: generateKeyPairSync('x25519').privateKey,
    createdAt: now,
  };
  const binding = serialiseBinding({ ...host.binding, ...bindingKeys(keys) });
  const nonce = commitment('gpu-nonce', binding, []);
  const devices = gpus.map(
    (gpu, index): Item => ({
      label: `gpu-${index}`,
      mediaType: NVIDIA_GPU_MEDIA_TYPE,
      value: serialiseNvidiaItem({ report: gpu.report(nonce), certificates: gpu.certificates }),
    }),
  );
  const quote = attest(commitment('tpm-extra-data', binding, devices));
  const tpm = serialiseTpmItem({
    quote,
    signature: signQuote(quote, host.akPrivate),
    akPublic: host.akPublic,
    pcrs: new Map([['sha256', pcrs]]),
    eventLog: null,
  });
  const items: Item[] = [
    { label: BINDING_LABEL, mediaType: BINDING_MEDIA_TYPE, value: binding },
    ...devices,
    { label: 'tpm', mediaType: TPM_QUOTE_MEDIA_TYPE, value: tpm },
  ];
  const jws = signJws(toUtf8(serialiseCollection(items), 'bundle'), keys.signing);
  return { jws, session, host: plainHost(host), tee: NO_TEE_TRUST, nvidia, at: now };
}

/** Without the private keys, which no verifier has. */
function plainHost({ kind, akPublic, akName, ekName }: Host): BundleInput['host'] {
  return { kind, akPublic, akName, ekName };
}
