import { describe, expect, it } from 'vitest';
import {
  appraiseMeasurements,
  type NvidiaDeviceInput,
  verifyNvidiaDevice,
  verifyRim,
} from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeNvidiaPki } from '../../../src/forge/nvidia/pki.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../src/pki/index.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const NONCE = new Uint8Array(32).fill(7);

const anchor = (der: Uint8Array): TrustAnchor => anchorFromCertificate(parseCertificate(der));
const pki = forgeNvidiaPki();
const DEVICES = [anchor(pki.deviceRoot.certificate)];
const RIMS = [anchor(pki.rimRoot.certificate)];

const failed = ({ findings }: Pick<ReturnType<typeof verifyNvidiaDevice>, 'findings'>): string[] =>
  findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

describe.each(['hopper', 'blackwell', 'ls10'] as const)('a forged %s', (generation) => {
  const device = forgeNvidiaGpu({ generation });
  const verify = (options: Partial<NvidiaDeviceInput> = {}) =>
    verifyNvidiaDevice({
      report: device.report(NONCE),
      certificates: device.certificates,
      anchors: DEVICES,
      at: AT,
      nonce: NONCE,
      policy: 'gate',
      ocsp: forgeOcspOf(device.chain, AT),
      ...options,
    });

  it('is genuine under its own root, unrevoked, in a state that its manifests state', () => {
    const result = verify();
    expect(failed(result)).toEqual([]);
    const { verified } = result;
    if (verified === null) throw new Error('refused');
    expect(verified.revocationChecked).toBe(true);
    expect(verified.identity).toBe(device.identity);
    const files = new Map(forgeRimsOf(device).map(({ id, xml }) => [`${id}.xml`, xml]));
    const ocsp = forgeOcspOf([...pki.rimChain(generation), pki.rimRoot], AT);
    const { verdicts, notPerformed } = appraiseMeasurements(verified, { files, anchors: RIMS, ocsp, at: AT });
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(
      generation === 'ls10' ? ['match'] : ['match', 'match'],
    );
    expect(notPerformed).toEqual([]);
  });

  it('is nobody under any other root, that of its manifests included', () => {
    expect(failed(verify({ anchors: RIMS, ocsp: [] }))).toEqual(['nvidia.chain.path']);
    for (const { xml } of forgeRimsOf(device)) {
      expect(failed(verifyRim({ rim: xml, anchors: DEVICES, at: AT }))).toEqual(['nvidia.rim.chain']);
    }
  });

  it('is another chip than the next one', () => {
    expect(forgeNvidiaGpu({ generation }).identity).not.toBe(device.identity);
  });
});
