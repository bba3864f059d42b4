import { expect, it, onTestFinished } from 'vitest';
import { CollateralError } from '../../src/collateral/errors.ts';
import { HOSTS, items, makeFleet, makeGpus } from './composite.ts';
import { outagesOf } from './outages.ts';

it('NVIDIA’s silence is told once for a facility, however often GPUs are judged without its documents', async () => {
  const gpus = makeGpus(2);
  const { world, vendors } = await makeFleet(gpus);
  onTestFinished(() => world.close());
  const whole = vendors.nvidia;
  const silence = (code: 'collateral_unavailable' | 'collateral_not_found') => ({
    what: 'manifest' as const,
    name: 'NV_GPU_DRIVER_GH100',
    error: new CollateralError(code, 'as the test has it'),
  });
  const host = await HOSTS.tpm(world);

  // That NVIDIA has no such manifest is an answer, and no outage.
  vendors.nvidia = { rims: new Map(), ocsp: [], absent: [silence('collateral_not_found')] };
  const { appraisal } = await host.attest({ before: items(gpus) });
  expect(appraisal.devices[1]).toMatchObject({ chip: { outcome: 'unproven' } });
  expect(await outagesOf(world)).toEqual([]);

  vendors.nvidia = { rims: new Map(), ocsp: [], absent: [silence('collateral_unavailable')] };
  for (let time = 0; time < 2; time++) {
    await host.attest({ before: items(gpus) });
  }
  const began = [
    {
      type: 'facility.outage-began',
      subject: `facility:${world.facilityId}`,
      data: { cause: 'vendor' },
    },
  ];
  expect(await outagesOf(world)).toMatchObject(began);
  vendors.nvidia = whole ?? { rims: new Map(), ocsp: [] };
  await host.attest({ before: items(gpus) });
  expect(await outagesOf(world)).toMatchObject(began);
});
