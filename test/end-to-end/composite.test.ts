import { describe, expect, it, onTestFinished } from 'vitest';
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
