import { expect, it } from 'vitest';
import { verifyNvidiaDevice } from '../../../src/evidence/nvidia/index.ts';
import { SignatureMemory } from '../../../src/evidence/nvidia/signature-memory.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { deviceAnchors } from './forged.ts';
import { failed } from './genuine.ts';

const AT = new Date('2026-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

it('remembers what held for every later call, and what failed for none', () => {
  const memory = new SignatureMemory(2);
  const first = memory.outcomes();
  first.set('held', undefined).set('failed', new Error('once'));
  expect([first.has('held'), first.has('failed')]).toEqual([true, true]);
  const second = memory.outcomes();
  expect([second.has('held'), second.get('held'), second.has('failed')]).toEqual([true, undefined, false]);
  second.set('b', undefined).set('c', undefined);
  expect(memory.outcomes().has('held')).toBe(false);
});

it('asks dates of every response again, and signatures of every other', () => {
  const device = forgeNvidiaGpu();
  const ocsp = forgeOcspOf(device.chain, AT);
  const verify = (at: Date, responses = ocsp) =>
    failed(
      verifyNvidiaDevice({
        report: device.report(new Uint8Array(32).fill(1)),
        certificates: device.certificates,
        anchors: deviceAnchors(device.pki),
        at,
        policy: 'gate',
        ocsp: responses,
      }),
    );
  expect(verify(AT)).toEqual([]);
  expect(verify(new Date(AT.getTime() + 2 * DAY_MS))).toContain('nvidia.revocation');
  expect(verify(AT)).toEqual([]);
  const changed = ocsp.map((der) => Uint8Array.from(der));
  const last = changed[1];
  if (last !== undefined) last[last.length - 1] = (last.at(-1) ?? 0) ^ 1;
  for (let time = 0; time < 2; time++) expect(verify(AT, changed)).toContain('nvidia.revocation');
});
