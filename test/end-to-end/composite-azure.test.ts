import { describe, expect, it, onTestFinished } from 'vitest';
import { AZURE_CVM_MEDIA_TYPE, serialiseAzureItem } from '../../src/evidence/bundle/azure-item.ts';
import type { Item } from '../../src/evidence/bundle/cmw.ts';
import { forgeSnpPlatform } from '../../src/forge/amd/platform.ts';
import { forgeAzureCvm } from '../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { gpuItem, items, makeFleet, makeGpus } from './composite.ts';
import { type Bent, failed, Guest } from './guest.ts';
import { pem } from './measured.ts';

const gpus = makeGpus(3);
const both = items(gpus.slice(0, 2));

/** An Azure confidential VM with two GPUs, enrolled. */
async function begin(tee: 'snp' | 'tdx'): Promise<Guest> {
  const { world, vendors } = await makeFleet(gpus);
  onTestFinished(() => world.close());
  const at = new Date();
  const epyc = forgeSnpPlatform({ at });
  const xeon = forgeTdxPlatform({ seed: 'azure-gpus', at });
  vendors.amd = { certificates: [], crl: epyc.crl() };
  vendors.intel = xeon.collateral();
  const vm = await forgeAzureCvm({ at, hardware: tee === 'snp' ? snpHardware(epyc) : tdxHardware(xeon) });
  await world.trustRoots('hardware', pem(vm.hardware.roots), tee === 'snp' ? 'amd-ark' : 'intel-sgx-root');
  await world.trustRoots('azure-vtpm', pem([vm.akCa.root]), 'azure-vtpm-ak');
  const guest = new Guest(world, async ({ extraData }) => {
    const { vtpm, ...parts } = await vm.evidence(extraData);
    return { mediaType: AZURE_CVM_MEDIA_TYPE, value: serialiseAzureItem({ ...parts, ...vtpm }) };
  });
  await guest.enrol();
  return guest;
}

describe.each(['snp', 'tdx'] as const)('an Azure confidential VM on %s with its GPUs', (tee) => {
  it('has a code of its own for each way in which they are not the ones that its vTPM knows', async () => {
    const guest = await begin(tee);
    const whole = await guest.attest({ before: both });
    expect(failed(whole)).toEqual([]);
    expect(whole.appraisal.devices.map(({ chip }) => chip?.outcome)).toEqual([
      undefined,
      'attested',
      'attested',
    ]);
    const codes = async (bent: Bent): Promise<string[]> => {
      const answer = await guest.attest(bent);
      expect(answer.appraisal).toMatchObject({ outcome: 'refused', devices: [] });
      return failed(answer);
    };
    let added: Item | undefined;
    const before = async (binding: Uint8Array): Promise<Item[]> => {
      added = gpuItem(binding, gpus[2] as (typeof gpus)[0], 'gpu-2');
      return both(binding);
    };
    const after = (known: readonly Item[]): Item[] => [...known, added].flatMap((it) => it ?? []);
    expect(await codes({ before, after })).toEqual(['tpm.quote.items']);
    expect(await codes({ before: both, commits: false })).toEqual(['tpm.quote.items']);
    expect(await codes({ before: both, after: (known) => known.slice(1) })).toEqual(['tpm.quote.extra-data']);
    const over = <T>(item: T): T & { readonly value: Uint8Array } => ({ ...item, value: Uint8Array.of(1) });
    expect(await codes({ before: both, over })).toEqual(['tpm.quote.extra-data']);
    const nonce = new Uint8Array(32);
    const stale = async (binding: Uint8Array): Promise<Item[]> => [
      gpuItem(binding, gpus[0] as (typeof gpus)[0], 'gpu-0', { nonce }),
    ];
    expect(await codes({ before: stale })).toEqual(['nvidia.nonce']);
  });
});
