import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/text.ts';
import type { Item } from '../../src/evidence/bundle/cmw.ts';
import type { ForgedNvidiaGpu } from '../../src/forge/nvidia/gpu.ts';
import type { EvidenceAnswer } from '../../src/protocol/evidence.ts';
import {
  codesOf,
  type Decided,
  declare,
  gpuItem,
  HOSTS,
  items,
  licenceFor,
  makeFleet,
  makeGpus,
} from './composite.ts';
import { type Bent, failed, type Guest, reasons } from './guest.ts';
import type { World } from './world.ts';

const all = makeGpus(3);
const chip = (index: number): ForgedNvidiaGpu => {
  const found = all[index];
  if (found === undefined) throw new Error(`there is no GPU ${index}`);
  return found;
};
const two = [chip(0), chip(1)];
const SAMPLE = fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb', 'sample');

const outcomes = ({ appraisal }: EvidenceAnswer): (string | undefined)[] =>
  appraisal.devices.flatMap((device) => (device.chip === undefined ? [] : [device.chip.outcome]));
const flipped = (at: number) => (report: Uint8Array) =>
  report.map((byte, index) => (index === at ? byte ^ 1 : byte));
const both = items(two);
/** The two as they should be, the second made otherwise. */
const secondAs =
  (change: Parameters<typeof gpuItem>[3], label = 'gpu-1') =>
  async (binding: Uint8Array): Promise<Item[]> => [
    gpuItem(binding, chip(0), 'gpu-0'),
    gpuItem(binding, chip(1), label, change),
  ];

describe.each(['tdx', 'tpm'] as const)('two licensed GPUs on a host under %s', (kind) => {
  let world: World;
  let host: Guest;
  let ids: readonly string[];
  let decide: () => Promise<Decided>;
  let earlier: Item[] = [];

  beforeAll(async () => {
    const fleet = await makeFleet(all);
    world = fleet.world;
    ids = [await declare(world, chip(0)), await declare(world, chip(1))];
    host = await HOSTS[kind](world, fleet.vendors);
    decide = await licenceFor(world, ids);
    const before = async (binding: Uint8Array): Promise<Item[]> => (earlier = await both(binding));
    expect(outcomes(await host.attest({ before }))).toEqual(['attested', 'attested']);
    expect((await decide()).outcome).toBe('allow');
  });
  afterAll(() => world.close());

  const byCommitment = kind === 'tdx' ? 'tee.report-data' : 'tpm.quote.extra-data';
  const byItems = kind === 'tdx' ? 'tee.report-data.items' : 'tpm.quote.items';
  it.each<[string, readonly string[], Bent]>([
    [
      'a report of another session',
      ['nvidia.nonce'],
      {
        before: async (binding) => [gpuItem(binding, chip(0), 'gpu-0'), earlier[1]].flatMap((it) => it ?? []),
      },
    ],
    [
      'NVIDIA’s sample nonce',
      ['nvidia.nonce', 'nvidia.nonce.sample'],
      { before: secondAs({ nonce: SAMPLE }) },
    ],
    ['one GPU twice', ['nvidia.devices.distinct'], { before: items([chip(0), chip(0)]) }],
    ['one that was dropped afterwards', [byCommitment], { before: both, after: (known) => known.slice(1) }],
    [
      'one that was relabelled afterwards',
      [byCommitment],
      {
        before: both,
        after: ([one, other]) => [one, other && { ...other, label: 'gpu-7' }].flatMap((it) => it ?? []),
      },
    ],
    [
      'two that changed places afterwards',
      [byCommitment],
      {
        before: both,
        after: ([one, other]) =>
          [one && { ...one, label: 'gpu-1' }, other && { ...other, label: 'gpu-0' }].flatMap(
            (it) => it ?? [],
          ),
      },
    ],
  ])('are refused with all the rest for %s', async (_, codes, bent) => {
    const answer = await host.attest(bent);
    expect(answer.appraisal).toMatchObject({ outcome: 'refused', devices: [] });
    expect(failed(answer)).toEqual(expect.arrayContaining([...codes]));
    expect(codesOf(await decide())).toContain('evidence.refused');
  });

  it('are refused with all the rest for one that was put beside them afterwards', async () => {
    let added: Item | undefined;
    const answer = await host.attest({
      before: async (binding) => {
        added = gpuItem(binding, chip(2), 'gpu-2');
        return both(binding);
      },
      after: (known) => [...known, added].flatMap((it) => it ?? []),
    });
    expect(failed(answer)).toEqual([byItems]);
    expect(codesOf(await decide())).toContain('evidence.refused');
  });

  it('stand again with the next good submission', async () => {
    await host.attest({ before: both });
    expect((await decide()).outcome).toBe('allow');
  });

  it('prove the other one alone where one was tampered with', async () => {
    const answer = await host.attest({ before: secondAs({ tamper: flipped(60) }) });
    expect(answer.appraisal.outcome).toBe('accepted');
    expect(outcomes(answer)).toEqual(['attested', 'refused']);
    expect(failed(answer)).toEqual(['nvidia.report.signature']);
    expect(answer.appraisal.reasons).toContainEqual(
      expect.objectContaining({ code: 'nvidia.report.signature', subject: `device:${ids[1]}` }),
    );
    const decision = await decide();
    expect(decision.devices.map(({ allowed }) => allowed)).toEqual([true, false]);
    expect(codesOf(decision)).toEqual(['device.level-too-low']);
  });

  it('are told apart from a mismatch, by index, and from a manifest that is not there, by its id', async () => {
    const measurements = new Map([[9, new Uint8Array(48).fill(1)]]);
    const mismatch = await host.attest({ before: secondAs({ report: { measurements } }) });
    expect(outcomes(mismatch)).toEqual(['attested', 'refused']);
    expect(failed(mismatch)).toEqual(['nvidia.measurements.vbios']);
    expect(mismatch.appraisal.devices.at(-1)?.chip?.measurements[1]).toMatchObject({
      verdict: 'mismatch',
      mismatches: [{ index: 9, actual: '01'.repeat(48) }],
    });
    const text = Buffer.from('570.0\0', 'latin1');
    const unknown = await host.attest({ before: secondAs({ report: { opaque: new Map([[3, text]]) } }) });
    expect(outcomes(unknown)).toEqual(['attested', 'unproven']);
    expect(failed(unknown)).toEqual([]);
    expect(unknown.appraisal.devices.at(-1)).toMatchObject({
      level: 'G0',
      facts: { device: 'host-reported' },
      chip: {
        measurements: [{ verdict: 'unknown', rimId: 'NV_GPU_DRIVER_GH100_570.0' }, { verdict: 'match' }],
      },
    });
    expect(unknown.appraisal.reasons).toContainEqual(
      expect.objectContaining({
        code: 'nvidia.measurements.driver',
        kind: 'unproven',
        subject: `device:${ids[1]}`,
        mend: expect.stringContaining('NV_GPU_DRIVER_GH100_570.0'),
      }),
    );
    expect((await decide()).devices.map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  it('are missed by name where one is not there', async () => {
    const answer = await host.attest({ before: items([chip(0)]) });
    expect(outcomes(answer)).toEqual(['attested']);
    expect(failed(answer)).toEqual(['devices.missing']);
    expect(answer.appraisal.reasons).toContainEqual(
      expect.objectContaining({ code: 'devices.missing', subject: `device:${ids[1]}` }),
    );
    expect((await decide()).devices.map(({ allowed }) => allowed)).toEqual([true, false]);
  });

  it('are not harmed by a third that nobody registered, which is shown', async () => {
    const answer = await host.attest({ before: items(all) });
    expect(outcomes(answer)).toEqual(['attested', 'attested', 'attested']);
    expect(failed(answer)).toEqual(['devices.extra']);
    expect((await decide()).outcome).toBe('allow');
    const { hostId } = await host.session();
    const { body } = await world.verifier.call('GET', `/v1/hosts/${hostId}`, {
      token: world.tokens.operator,
    });
    const name = `gpu_${chip(2).identity.slice(0, 32)}`;
    expect(body['devices']).toContainEqual({ id: name, kind: 'gpu', serial: null, link: 'undeclared' });
    expect(body['devices']).toContainEqual(expect.objectContaining({ id: ids[0], link: 'chip-certificate' }));
  });

  it('are not stood in for by another genuine chip', async () => {
    const answer = await host.attest({ before: items([chip(0), chip(2)]) });
    expect(outcomes(answer)).toEqual(['attested', 'attested']);
    expect(failed(answer)).toEqual(['devices.missing', 'devices.extra']);
    expect(reasons(answer)).toEqual(expect.arrayContaining(['devices.missing', 'devices.extra']));
    expect((await decide()).devices.map(({ allowed }) => allowed)).toEqual([true, false]);
  });
});
