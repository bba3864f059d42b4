import { describe, expect, it, onTestFinished } from 'vitest';
import { forgeNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import { declare, HOSTS, items, licenceFor, makeFleet, makeGpus } from './composite.ts';
import { failed } from './guest.ts';

const gpus = makeGpus(8);

describe.each(['tdx', 'snp', 'tpm'] as const)('a host of eight GPUs under %s', (kind) => {
  it('attests all of them in one submission, and is allowed to use them', async () => {
    const { world, vendors } = await makeFleet(gpus);
    onTestFinished(() => world.close());
    const ids = await Promise.all(gpus.map((gpu) => declare(world, gpu, { model: 'NVIDIA H100 80GB HBM3' })));
    const host = await HOSTS[kind](world, vendors);
    const answer = await host.attest({ before: items(gpus) });
    expect(failed(answer)).toEqual([]);
    const [self, ...devices] = answer.appraisal.devices;
    const label = kind === 'tpm' ? 'G2-tpm' : 'G2-tee';
    expect(self).toMatchObject({ label });
    expect(devices.map(({ id }) => id)).toEqual(ids);
    for (const device of devices) {
      expect(device).toMatchObject({
        kind: 'gpu',
        label,
        facts: { device: 'attested', gpuBinding: kind === 'tpm' ? 'none' : 'measured-cvm' },
        chip: {
          outcome: 'attested',
          model: 'GH100 A01 GSP BROM',
          measurements: [{ verdict: 'match' }, { verdict: 'match' }],
        },
      });
      expect(device.next?.missing.map(({ code }) => code)).toContain('device.not-bound-to-host');
    }
    const decide = await licenceFor(world, ids);
    const decision = await decide();
    expect(decision).toMatchObject({ outcome: 'allow', reasons: [] });
    expect(decision.devices.map(({ id, label: level }) => [id, level])).toEqual(ids.map((id) => [id, label]));
    const { body } = await world.verifier.call('GET', `/v1/devices/${ids[3]}/status`, {
      token: world.tokens.exporter,
    });
    expect(body).toMatchObject({ label, serialLink: 'none', provenModel: 'GH100 A01 GSP BROM' });
  });
});

it('attests GPUs of two generations and the switch between them, which the gate knows as what they are', async () => {
  const devices = (['hopper', 'blackwell', 'ls10'] as const).map((generation) =>
    forgeNvidiaGpu({ generation }),
  );
  const { world, vendors } = await makeFleet(devices);
  onTestFinished(() => world.close());
  const ids = await Promise.all(devices.map((device) => declare(world, device)));
  const host = await HOSTS.snp(world, vendors);
  const answer = await host.attest({ before: items(devices) });
  expect(failed(answer)).toEqual([]);
  const shown = answer.appraisal.devices.slice(1);
  expect(shown.map(({ kind, label, chip }) => [kind, label, chip?.chip])).toEqual([
    ['gpu', 'G2-tee', 'GH100'],
    ['gpu', 'G2-tee', 'GB100'],
    ['switch', 'G2-tee', 'LS10'],
  ]);
  // Every NVSwitch is silent about its firmware's identity: accepted, and told.
  expect(answer.appraisal.weaknesses).toEqual([
    { code: 'nvidia.fwid.absent', sentence: expect.stringContaining(ids[2] ?? '') },
  ]);
  const decision = await (await licenceFor(world, ids))();
  expect(decision).toMatchObject({ outcome: 'allow' });
  const wrong = await world.verifier.call('POST', '/v1/devices', {
    token: world.tokens.exporter,
    body: {
      kind: 'gpu',
      identity: { type: 'tpm-ek', sha256: devices[0]?.identity },
      facilityId: world.facilityId,
    },
  });
  expect(wrong.status).toBe(400);
});
