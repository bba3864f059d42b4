import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { verifyRim } from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeNvidiaServices } from '../../../src/forge/nvidia/services.ts';
import {
  anchorFromCertificate,
  parseCertificate,
  parseOcspResponse,
  writeOcspRequest,
} from '../../../src/pki/index.ts';

const AT = new Date('2026-06-01T00:00:00Z');
const device = forgeNvidiaGpu();
const services = forgeNvidiaServices({ devices: [device], clock: () => AT });
const [leaf, chip, provisioner, identity] = device.chain;

it('answer for the manifests that a device needs, and for no others', () => {
  const body: unknown = JSON.parse(services.rim('NV_GPU_DRIVER_GH100_580.159.03') ?? 'null');
  expect(body).toMatchObject({ id: 'NV_GPU_DRIVER_GH100_580.159.03', request_id: expect.any(String) });
  const { rim, sha256 } = body as { rim: string; sha256: string }; // as just matched
  const xml = Buffer.from(rim, 'base64');
  expect(hash('sha256', xml, 'hex')).toBe(sha256);
  const anchors = [anchorFromCertificate(parseCertificate(device.pki.rimRoot.certificate))];
  expect(verifyRim({ rim: xml, anchors, at: AT }).verified?.colloquialVersion).toBe('580.159.03');
  expect(services.rim('NV_GPU_DRIVER_GH100_1')).toBeNull();
});

it('answer about a certificate with the nonce of the question, or say that they know it not', () => {
  const nonce = new Uint8Array(32).fill(3);
  const certificate = parseCertificate(provisioner.certificate);
  const issuer = parseCertificate(identity.certificate);
  const holder = { name: issuer.subject, publicKey: issuer.publicKey, certificate: issuer };
  const request = writeOcspRequest({ certificate, issuer: holder, hash: 'sha384', nonce });
  const response = parseOcspResponse(services.ocsp(request));
  if (response.responseStatus !== 'successful') throw new Error(response.responseStatus);
  expect(response.basic.nonce).toEqual(nonce);
  expect(response.basic.responses[0]?.certStatus).toEqual({ status: 'good' });
  expect(response.basic.responses[0]?.certId.serialNumber).toEqual(certificate.serialNumber);

  // The chip issued the leaf, and certified nobody to answer for it.
  const unanswered = { certificate: parseCertificate(leaf.certificate), hash: 'sha1', nonce: null } as const;
  const above = parseCertificate(chip.certificate);
  const chipHolder = { name: above.subject, publicKey: above.publicKey, certificate: above };
  const ofTheLeaf = writeOcspRequest({ ...unanswered, issuer: chipHolder });
  expect(parseOcspResponse(services.ocsp(ofTheLeaf)).responseStatus).toBe('unauthorized');
});
