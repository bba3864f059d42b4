import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { AgentOptions } from '../../src/agent/agent.ts';
import { toolsNvidiaHost } from '../../src/agent/gpu/tools.ts';
import type { AgentState } from '../../src/agent/loop.ts';
import { mountConfigfsTsm } from '../../src/forge/configfs-tsm.ts';
import { forgeTdxPlatform } from '../../src/forge/intel/platform.ts';
import { forgeNvidiaHost } from '../../src/forge/nvidia/host.ts';
import { makeEkCa } from '../../src/forge/tpm/ek-ca.ts';
import { SoftwareTpm } from '../../src/forge/tpm/software-tpm.ts';
import { nvidiaSmi, standIns } from '../agent/gpu/stand-in.ts';
import { makeFleet, makeGpus } from './composite.ts';
import { failed, reasons } from './guest.ts';
import { type Host, NEVER } from './world.ts';

const gpus = makeGpus(2);
const off = { state: 'off', multiGpu: 'none', ready: null } as const;

/** A host with a TPM and these GPUs, enrolled at a verifier that trusts the makers of all of them. */
async function begin(options: Omit<AgentOptions, 'data' | 'verifier' | 'pace'> = {}) {
  const { world, vendors } = await makeFleet(gpus);
  onTestFinished(() => world.close());
  const ca = makeEkCa(new Date());
  await world.trustRoots('tpms', ca.rootPem);
  const notes: string[] = [];
  const device = new SoftwareTpm({ ca, clock: world.pace.clock, ek: 'ecc256' });
  const host: Host = world.host({ device, note: (said) => notes.push(said), ...options });
  await host.enrol(await world.enrolmentToken());
  return { world, vendors, host, notes };
}

const labels = ({ appraisal }: Awaited<ReturnType<Host['agent']['attest']>>): string[] =>
  appraisal.evidence.map(({ label }) => label);

it('shows GPUs, TPM and guest in one bundle, each committing to what came before', async () => {
  const platform = forgeTdxPlatform({ seed: 'agent-gpus', at: new Date() });
  const tsm = mountConfigfsTsm({
    provider: 'tdx_guest',
    report: (inblob) => ({ outblob: platform.quote(Uint8Array.from(inblob)) }),
  });
  onTestFinished(tsm.unmount);
  const { world, vendors, host } = await begin({
    nvidia: forgeNvidiaHost({ devices: gpus }),
    tsm: { reports: tsm.path, ccel: '/nonexistent/CCEL' },
  });
  vendors.intel = platform.collateral();
  await world.trustRoots('intel', platform.rootPem, 'intel-sgx-root');
  const answer = await host.agent.attest(NEVER);
  expect(failed(answer)).toEqual([]);
  expect(labels(answer)).toEqual(['binding', 'gpu-0', 'gpu-1', 'inventory', 'tpm', 'tdx']);
  expect(answer.appraisal.devices.map(({ kind, facts }) => [kind, facts.device])).toEqual([
    ['host-tpm', 'attested'],
    ['gpu', 'attested'],
    ['gpu', 'attested'],
  ]);
});

it('reports GPUs in no mode as what they are: there by their host’s word', async () => {
  const { host, notes } = await begin({
    nvidia: forgeNvidiaHost({ devices: gpus, confidentialComputing: off }),
  });
  const answer = await host.agent.attest(NEVER);
  expect(failed(answer)).toEqual([]);
  expect(labels(answer)).toEqual(['binding', 'inventory', 'tpm']);
  expect(answer.appraisal.devices.slice(1)).toMatchObject([
    { level: 'G0', facts: { device: 'host-reported' }, reported: { index: 0, why: { code: 'gpu_mode' } } },
    { level: 'G0', facts: { device: 'host-reported' }, reported: { index: 1, why: { code: 'gpu_mode' } } },
  ]);
  expect(reasons(answer).filter((code) => code === 'device.host-reported')).toHaveLength(2);
  expect(notes).toEqual([]);
});

it('attests with programs that behave as NVIDIA’s do, in its loop', async () => {
  const forged = join(import.meta.dirname, '../forge/nvidia/children/forged-nvattest.ts');
  const folder = standIns({
    'nvidia-smi': nvidiaSmi(),
    nvattest: `exec "${process.execPath}" "${forged}" "$@"`,
  });
  const nvidia = toolsNvidiaHost({
    nvidiaSmi: join(folder, 'nvidia-smi'),
    nvattest: join(folder, 'nvattest'),
  });
  const { world, host, notes } = await begin({ nvidia });
  const ending = new AbortController();
  const states: AgentState[] = [];
  await host.agent.run(ending.signal, (state) => {
    states.push(state);
    ending.abort();
  });
  expect(notes).toEqual([]);
  expect(states).toMatchObject([{ state: 'attested', devices: [{}, {}, {}] }]);
  await world.pace.sleep(Number(states[0]?.next) - Number(world.pace.clock()), NEVER);
  // Made under roots of that program's own: genuine to nobody here, and told so with each device alone.
  const answer = await host.agent.attest(NEVER);
  expect(labels(answer)).toEqual(['binding', 'gpu-0', 'gpu-1', 'inventory', 'tpm']);
  expect(answer.appraisal).toMatchObject({ outcome: 'accepted' });
  expect(new Set(failed(answer))).toEqual(new Set(['nvidia.chain.path']));
});

it('keeps its host waiting for nobody where GPUs are demanded and do not attest', async () => {
  const { host } = await begin({
    gpus: 'required',
    nvidia: forgeNvidiaHost({ devices: gpus, confidentialComputing: off }),
  });
  await expect(host.agent.attest(NEVER)).rejects.toMatchObject({ code: 'gpu_mode' });
});
