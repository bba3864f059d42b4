import { verifyAzureCvm } from '../../../src/evidence/azure/index.ts';
import { verifyNitroDocument } from '../../../src/evidence/nitro/index.ts';
import { verifyNvidiaDevice, verifyRim } from '../../../src/evidence/nvidia/index.ts';
import { forgeAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { snpHardware } from '../../../src/forge/azure/hardware.ts';
import { forgeNitroDocument } from '../../../src/forge/nitro/document.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { anchors, inputOf, nonce } from '../../evidence/azure/judge-vm.ts';
import { gpu, trustFor } from '../../evidence/bundle/gpus.ts';
import { snp } from '../../evidence/bundle/guest.ts';
import { now } from '../../evidence/bundle/host.ts';
import { type Altered, altered } from './altered.ts';

/** A GPU's report, the leaf that its key is certified by, and the answer that the leaf's issuer is not revoked. */
export function nvidiaDevices(): Altered[] {
  const device = gpu(0);
  const { deviceAnchors } = trustFor([device]);
  const asked = new Uint8Array(32).fill(0x6e);
  const report = device.report(asked);
  const [leaf = new Uint8Array(), ...above] = device.certificates;
  const [answer = new Uint8Array(), ...answers] = forgeOcspOf(device.chain, now);
  const judged = (change: { report?: Uint8Array; leaf?: Uint8Array; answer?: Uint8Array }): unknown =>
    verifyNvidiaDevice({
      report: change.report ?? report,
      certificates: [change.leaf ?? leaf, ...above],
      ocsp: [change.answer ?? answer, ...answers],
      anchors: deviceAnchors,
      at: now,
      nonce: asked,
      policy: 'gate',
    }).verified;
  return [
    altered('verifyNvidiaDevice: the report', report, (bytes) => judged({ report: bytes })),
    altered('verifyNvidiaDevice: the leaf', leaf, (bytes) => judged({ leaf: bytes })),
    altered('verifyNvidiaDevice: an OCSP response', answer, (bytes) => judged({ answer: bytes })),
  ];
}

/** A GPU's manifests, of its driver and of its firmware. */
export function nvidiaManifests(): Altered[] {
  const device = gpu(0);
  const { rimAnchors, ocsp } = trustFor([device]);
  return forgeRimsOf(device).map(({ id, xml }) =>
    altered(
      `verifyRim: ${id}`,
      xml,
      (bytes) => verifyRim({ rim: bytes, anchors: rimAnchors, ocsp, at: now }).verified,
    ),
  );
}

export function nitroDocuments(): Altered[] {
  const { document, pki } = forgeNitroDocument({ at: now });
  const trusted = anchors(pki.root);
  return [
    altered(
      'verifyNitroDocument',
      document,
      (bytes) => verifyNitroDocument({ document: bytes, anchors: trusted, at: now, policy: 'gate' }).verified,
    ),
  ];
}

/** What an Azure VM hands over, one part changed at a time. */
export async function azureVms(): Promise<Altered[]> {
  const vm = await forgeAzureCvm({ at: now, hardware: snpHardware(snp) });
  const whole = { ...inputOf(vm, await vm.evidence(nonce)), at: now };
  const { hclReport, vtpm } = whole;
  const part = (name: string, genuine: Uint8Array | null, change: (bytes: Uint8Array) => typeof whole) =>
    altered(
      `verifyAzureCvm: ${name}`,
      genuine ?? undefined,
      (bytes) => verifyAzureCvm(change(bytes)).verified,
    );
  return [
    part('the HCL report', hclReport, (bytes) => ({ ...whole, hclReport: bytes })),
    part('the quote', vtpm.quote, (bytes) => ({ ...whole, vtpm: { ...vtpm, quote: bytes } })),
    part('its signature', vtpm.signature, (bytes) => ({ ...whole, vtpm: { ...vtpm, signature: bytes } })),
    part('the AK certificate', vtpm.akCertificate, (bytes) => ({
      ...whole,
      vtpm: { ...vtpm, akCertificate: bytes },
    })),
  ];
}
