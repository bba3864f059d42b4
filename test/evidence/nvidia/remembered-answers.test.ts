import { expect, it } from 'vitest';
import { verifyNvidiaDevice } from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { anchorFromCertificate, parseCertificate, parseOcspResponse } from '../../../src/pki/index.ts';

const at = new Date('2026-06-01T00:00:00Z');
const DAY_MS = 86_400_000;
const nonce = new Uint8Array(32).fill(7);
const device = forgeNvidiaGpu();
const anchors = [anchorFromCertificate(parseCertificate(device.pki.deviceRoot.certificate))];
const good = forgeOcspOf(device.chain, at);

const failed = (ocsp: readonly Uint8Array[], when = at): string[] => {
  const { certificates } = device;
  const input = { report: device.report(nonce), certificates, anchors, nonce, policy: 'gate' } as const;
  const { findings } = verifyNvidiaDevice({ ...input, ocsp, at: when });
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id, actual }) => `${id} ${actual}`);
};
/** The chip's answer with the last byte of its signature changed. */
const garbled = good.map((der, index) => {
  const response = parseOcspResponse(der);
  if (index !== 1 || response.responseStatus !== 'successful') return der;
  const { signature } = response.basic;
  const last = Buffer.from(der).indexOf(Buffer.from(signature)) + signature.length - 1;
  return der.map((byte, position) => (position === last ? byte ^ 1 : byte));
});

it('what is remembered of OCSP responses changes no answer', () => {
  const first = failed(garbled);
  expect(first).toHaveLength(1);
  expect(first[0]).toMatch(/^nvidia\.revocation .*ocsp_signature_invalid/);
  expect(failed(garbled)).toEqual(first);
  expect(failed(good)).toEqual([]);
  expect(failed(good)).toEqual([]);
  // Known to have held, and old all the same.
  expect(failed(good, new Date(at.getTime() + 2 * DAY_MS)).join()).toContain('ocsp_expired');
  expect(failed(garbled)).toEqual(first);
  // The same certificates under other answers.
  const revoked = forgeOcspOf(device.chain, at, (index) => (index === 1 ? { status: 'revoked' } : {}));
  expect(failed([...good, ...revoked]).join()).toContain('certificate_revoked');
  expect(failed(good)).toEqual([]);
});
