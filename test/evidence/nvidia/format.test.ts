import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/text.ts';
import type { EvidenceFolder } from '../../../src/evidence/format.ts';
import { recogniseFormat } from '../../../src/evidence/formats.ts';
import { type JudgeOptions, judgeOffline } from '../../../src/policy/judge.ts';
import { BUILT_IN_POLICIES, offlinePolicy } from '../../../src/policy/offline-policy.ts';
import { describeWithVectors, vector } from '../../vectors.ts';
import { folder, JUNE_2024, JUNE_2026, NVIDIA_PINS, rim } from './genuine.ts';

const authenticity = offlinePolicy.parse(BUILT_IN_POLICIES.get('authenticity'));
const gate = offlinePolicy.parse(BUILT_IN_POLICIES.get('gate'));

type Judgement = ReturnType<typeof judgeOffline>;

function judge(files: EvidenceFolder, options: Partial<JudgeOptions> = {}): Judgement {
  return judgeOffline(files, { at: JUNE_2026, policy: authenticity, pins: NVIDIA_PINS, ...options });
}

function failed({ checks }: Judgement): string[] {
  return checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

function devicesIn(files: EvidenceFolder): Record<string, unknown>[] {
  return JSON.parse(Buffer.from(files.get('evidence.json') ?? []).toString());
}

function asJson(devices: unknown): EvidenceFolder {
  return new Map([['evidence.json', Buffer.from(JSON.stringify(devices))]]);
}

const VBIOS = 'NV_GPU_VBIOS_1010_0200_882_96005E0001';

describeWithVectors('genuine NVIDIA evidence as files', (vectors) => {
  type Case = {
    readonly arguments: readonly string[];
    readonly format: string;
    readonly authentic: boolean;
    readonly gate?: string;
    readonly nonce?: string;
  };
  const { cases }: { cases: readonly Case[] } = JSON.parse(
    readFileSync(join(vectors, 'expected.json'), 'utf8'),
  );
  const ours = cases.filter(({ format }) => format.startsWith('nvidia-'));

  const read = (path: string): EvidenceFolder =>
    statSync(join(vectors, path)).isDirectory()
      ? folder(path.replace(/^nvidia\//, ''))
      : new Map([[basename(path), vector(path)]]);
  const argument = (one: Case, name: string): string | undefined => {
    const at = one.arguments.indexOf(name);
    return at === -1 ? undefined : one.arguments[at + 1];
  };

  it('has every row', () => expect(ours.length).toBeGreaterThanOrEqual(16));

  it.each(ours.map((one) => [`${one.arguments[0]} at ${argument(one, '--at')}`, one] as const))(
    'judges %s as expected',
    (_, one) => {
      const collateral = argument(one, '--collateral');
      const options = {
        at: new Date(argument(one, '--at') ?? ''),
        ...(collateral === undefined ? {} : { collateral: read(collateral) }),
        ...(one.nonce === undefined ? {} : { nonce: fromHex(one.nonce, 'nonce') }),
      };
      const files = read(one.arguments[0] ?? '');
      const judgement = judge(files, options);
      expect(judgement.format).toBe(one.format);
      expect(judgement.authentic).toBe(one.authentic);
      expect(judgement.accepted).toBe(one.authentic);
      if (one.gate !== 'refused: sample nonce') return;
      const strict = judge(files, { ...options, policy: gate });
      expect(strict.authentic).toBe(true);
      expect(failed(strict)).toContain('nvidia.nonce.sample');
    },
  );

  it('compares hopper-535 with its VBIOS manifest, and finds no driver manifest to rely upon', () => {
    const { devices } = judge(folder('hopper-535'), { at: JUNE_2024, collateral: folder('rim') });
    expect(devices).toHaveLength(1);
    expect(devices?.[0]).toMatchObject({
      authentic: true,
      generation: 'hopper',
      chip: 'GH100',
      model: 'GH100 A01 GSP BROM',
      driverVersion: '535.86.09',
      vbiosVersion: '96.00.5E.00.01',
      fwid: 'absent',
      measurements: [
        { component: 'driver', rimId: 'NV_GPU_DRIVER_GH100_535.86.09', verdict: 'unknown' },
        { component: 'vbios', rimId: VBIOS, verdict: 'match', file: `${VBIOS}.xml`, compared: 12 },
      ],
    });
  });

  it('matches 31 of 31 of the switch', () => {
    const { devices } = judge(folder('switch-ls10'), { collateral: folder('rim') });
    expect(devices?.[0]?.measurements).toEqual([
      {
        component: 'vbios',
        rimId: 'NV_SWITCH_BIOS_5612_0002_890_9610550001',
        verdict: 'match',
        file: 'NV_SWITCH_BIOS_5612_0002_890_9610550001.xml',
        compared: 31,
      },
    ]);
  });

  describe.each([
    ['under the very id', `${VBIOS}.xml`],
    ['under a name with the id in it', `bad-mismatch_${VBIOS}.xml`],
    ['under a name of no manifest', 'vbios-rim.xml'],
  ])('a signed manifest that differs, %s', (_, name) => {
    const collateral = new Map([[name, rim(`bad-mismatch_${VBIOS}`)]]);
    const judged = judge(folder('hopper-535'), { at: JUNE_2024, collateral });

    it('is a mismatch at index 9, of genuine evidence', () => {
      expect(judged.authentic).toBe(true);
      const vbios = judged.devices?.[0]?.measurements[1];
      expect(vbios).toMatchObject({ verdict: 'mismatch', compared: 12, file: name });
      const mismatches = vbios?.verdict === 'mismatch' ? vbios.mismatches : [];
      expect(mismatches.map(({ index }) => index)).toEqual([9]);
      expect(mismatches[0]?.actual).toMatch(/^[0-9a-f]{96}$/);
      expect(mismatches[0]?.expected).not.toContain(mismatches[0]?.actual);
    });

    it('is refused by the gate, for the measurement alone', () => {
      const strict = judge(folder('hopper-535'), { at: JUNE_2024, collateral, policy: gate });
      expect(failed(strict)).toEqual(['nvidia.measurements.vbios']);
      expect(strict.accepted).toBe(false);
    });
  });

  it('is unknown, never a mismatch, where the manifest is missing, out of date or of another version', () => {
    const verdicts = (at: Date, collateral: EvidenceFolder): unknown[] =>
      judge(folder('hopper-535'), { at, collateral }).devices?.[0]?.measurements.map(
        ({ verdict }) => verdict,
      ) ?? [];
    const both = ['unknown', 'unknown'];
    expect(verdicts(JUNE_2024, new Map())).toEqual(both);
    expect(verdicts(JUNE_2026, new Map([[`${VBIOS}.xml`, rim(VBIOS)]]))).toEqual(both);
    const driver = 'NV_GPU_DRIVER_GH100_535.86.09.xml';
    expect(verdicts(JUNE_2026, new Map([[driver, rim('NV_GPU_DRIVER_GH100_550.144.03')]]))).toEqual(both);
    expect(verdicts(JUNE_2024, new Map([[`${VBIOS}.xml`, Buffer.from('<!DOCTYPE a>')]]))).toEqual(both);
  });

  it('judges four devices apart: the second tampered with, and only that one', () => {
    const devices = devicesIn(folder('hopper-multi-4'));
    const report = Buffer.from(String(devices[1]?.['evidence']), 'base64');
    report[200] = (report[200] ?? 0) ^ 1;
    devices[1] = { ...devices[1], evidence: report.toString('base64') };
    const judged = judge(asJson(devices));
    expect(judged.authentic).toBe(false);
    expect(judged.devices?.map(({ authentic }) => authentic)).toEqual([true, false, true, true]);
    const faults = judged.checks.filter(({ status }) => status === 'fail');
    expect(faults.map(({ id, where }) => [id, where])).toEqual([['nvidia.report.signature', 'devices[1]']]);
  });

  it('refuses one device twice, though each report alone is authentic', () => {
    const judged = judge(folder('switch-duplicate'));
    expect(failed(judged)).toEqual(['nvidia.devices.distinct']);
    expect(judged.devices?.map(({ authentic }) => authentic)).toEqual([true, true, true, true]);
  });

  it('reads what nvattest prints around the devices', () => {
    const evidences = devicesIn(folder('hopper-multi-4'));
    const judged = judge(asJson({ evidences, result_code: 0, result_message: 'Ok' }));
    expect([judged.format, judged.authentic, judged.devices?.length]).toEqual(['nvidia-gpu', true, 4]);
  });

  it.each([
    ['arch', 'BLACKWELL'],
    ['nonce', '00'.repeat(32)],
  ])('reports a declared %s that the evidence disproves', (name, value) => {
    const [first, ...rest] = devicesIn(folder('hopper-multi-4'));
    const judged = judge(asJson([{ ...first, [name]: value }, ...rest]));
    expect(failed(judged)).toEqual(['nvidia.devices.declared']);
    expect(judged.devices?.map(({ authentic }) => authentic)).toEqual([false, true, true, true]);
  });

  it('refuses another nonce', () => {
    expect(failed(judge(folder('hopper-580'), { nonce: new Uint8Array(32) }))).toEqual(['nvidia.nonce']);
  });

  it('accepts under the gate what is proven, when the policy lets pass by name what nobody answered', () => {
    const policy = offlinePolicy.parse({
      name: 'ours',
      base: 'gate',
      nonce: '27a328247bf7935c993341cf587be6f05986ccce4fe7ba2c54100bd616a58f66',
      acceptNotPerformed: [
        'nvidia.fwid',
        'nvidia.revocation',
        'nvidia.rim.revocation',
        'nvidia.measurements.driver',
      ],
    });
    const options = { at: JUNE_2024, collateral: folder('rim'), policy };
    expect(judge(folder('hopper-535'), options).accepted).toBe(true);
    const without = { ...policy, acceptNotPerformed: policy.acceptNotPerformed.slice(0, 3) };
    expect(judge(folder('hopper-535'), { ...options, policy: without }).accepted).toBe(false);
  });

  it('trusts nothing that it does not pin', () => {
    expect(failed(judge(folder('hopper-580'), { pins: [] }))).toEqual(['nvidia.chain.path']);
    const lone = new Map([['rim.xml', rim('NV_GPU_DRIVER_GH100_550.144.03')]]);
    expect(failed(judge(lone, { pins: [] }))).toEqual(['nvidia.rim.chain']);
  });

  it('lets the root of manifests vouch for no device, nor the root of devices for a manifest', () => {
    const swapped = NVIDIA_PINS.map((pin, index) => ({ ...pin, name: NVIDIA_PINS[1 - index]?.name ?? '' }));
    expect(failed(judge(folder('hopper-580'), { pins: swapped }))).toEqual(['nvidia.chain.path']);
    const lone = new Map([['rim.xml', rim('NV_GPU_DRIVER_GH100_550.144.03')]]);
    expect(failed(judge(lone, { pins: swapped }))).toEqual(['nvidia.rim.chain']);
  });

  it('takes hexadecimal of either case, bytes, and a line end, and nothing else after them', () => {
    const files = folder('hopper-580');
    const chain = files.get('chain.txt') ?? new Uint8Array();
    const hex = Buffer.from(files.get('report.txt') ?? [])
      .toString()
      .trim();
    const authentic = (name: string, content: string | Uint8Array): boolean | null =>
      judge(
        new Map([
          ['chain.txt', chain],
          [name, Buffer.from(content)],
        ]),
      ).authentic;
    expect(authentic('report.txt', `${hex.toUpperCase()}\r\n`)).toBe(true);
    expect(authentic('report.bin', fromHex(hex, 'report'))).toBe(true);
    expect(authentic('report.txt', `${hex} `)).toBe(false);
    expect(authentic('report.txt', `${hex}\n\n`)).toBe(false);
    expect(authentic('report.txt', hex.slice(1))).toBe(null);
  });

  it('can say nothing of a report without a chain', () => {
    const report = folder('hopper-580').get('report.txt') ?? new Uint8Array();
    const judged = judge(new Map([['report.txt', report]]));
    expect([judged.authentic, judged.error?.code]).toEqual([null, 'part_missing']);
  });
});

describe('which files are NVIDIA evidence', () => {
  it.each([
    ['a JSON of something else', 'evidence.json', '{"evidence": "", "certificate": ""}'],
    ['a report of something else', 'report.txt', 'all is well'],
    ['an empty report', 'report.txt', ''],
    ['an XML of something else', 'notes.xml', '<a/>'],
  ])('not %s', (_, name, text) => {
    expect(recogniseFormat(new Map([[name, Buffer.from(text)]]))).toBeUndefined();
  });
});
