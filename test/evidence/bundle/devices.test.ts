import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/text.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { MAY_STAY_OPEN } from '../../../src/evidence/bundle/left-open.ts';
import { NVIDIA_SWITCH_MEDIA_TYPE } from '../../../src/evidence/bundle/nvidia-item.ts';
import { NO_NVIDIA_TRUST, type NvidiaTrust } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { type BundleResult, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import type { Findings } from '../../../src/evidence/check.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeOcspOf } from '../../../src/forge/nvidia/ocsp.ts';
import { forgeNvidiaPki } from '../../../src/forge/nvidia/pki.ts';
import { blackwell, gpu, gpuItem, gpus, nvSwitch, tpmItem, trustFor } from './gpus.ts';
import { bindingItem, bundleOf, reportDataOver, tdxItem, trust as teeTrust } from './guest.ts';
import { makeHost, now, session } from './host.ts';

const host = makeHost();
const binding = bindingItem(host);
const all = [...gpus, blackwell, nvSwitch];
const trust = trustFor(all);
const SAMPLE = fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb', 'sample');

const failed = ({ checks }: Findings): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
const open = ({ notPerformed }: Findings): string[] =>
  notPerformed.map(({ id }) => id).filter((id) => !MAY_STAY_OPEN.has(id));
const flipped = (at: number) => (report: Uint8Array) =>
  report.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** A TPM's host that commits to what it is given. */
const onTpm = (devices: readonly Item[], nvidia: NvidiaTrust = trust): BundleResult =>
  verify([binding, ...devices, tpmItem(host, [binding, ...devices])], nvidia);
const verify = (items: readonly Item[], nvidia: NvidiaTrust = trust): BundleResult =>
  verifyBundle({ jws: bundleOf(host, items), session, host, tee: teeTrust, nvidia, at: now });

const labelled = (labels: readonly string[]): Item[] =>
  labels.map((label, index) => gpuItem(gpu(index), binding, { label }));

describe('GPUs and switches in a bundle', () => {
  it('are each verified, and compared with both manifests', () => {
    const devices = all.map((device, index) => gpuItem(device, binding, { label: `device-${index}` }));
    const result = onTpm(devices);
    expect(failed(result.findings)).toEqual([]);
    expect(result.verified?.devices).toHaveLength(5);
    for (const [index, device] of result.devices.entries()) {
      expect(failed(device.findings)).toEqual([]);
      expect(open(device.findings)).toEqual([]);
      expect(device.evidence?.identity).toBe(all[index]?.identity);
      expect(device.measurements?.verdicts.map(({ verdict }) => verdict)).toEqual(
        device.kind === 'gpu' ? ['match', 'match'] : ['match'],
      );
    }
    expect(result.verified?.items.map(({ label }) => label)).toContain('device-4');
  });

  it('are committed to by a TEE', () => {
    const [one] = labelled(['gpu-0']);
    if (one === undefined) throw new Error('no GPU');
    const result = verifyBundle({
      jws: bundleOf(host, [binding, one, tdxItem([binding, one])]),
      session,
      host: { kind: 'tee', tee: 'tdx' },
      tee: teeTrust,
      nvidia: trust,
      at: now,
    });
    expect(failed(result.findings)).toEqual([]);
    expect(result.verified?.devices[0]?.evidence).not.toBeNull();
  });

  const [first, second] = labelled(['gpu-0', 'gpu-1']);
  if (first === undefined || second === undefined) throw new Error('no GPUs');
  const tampered = (at: number): Item => gpuItem(gpu(1), binding, { label: 'gpu-1', tamper: flipped(at) });
  const stranger = forgeNvidiaGpu({ pki: forgeNvidiaPki('elsewhere') });
  const text = (value: string): Uint8Array => Buffer.from(`${value}\0`);

  it.each<[string, string, () => Item, NvidiaTrust?]>([
    ['nvidia.item.well-formed', 'no JSON', () => ({ ...second, value: Uint8Array.of(1) })],
    ['nvidia.item.kind', 'a GPU as a switch', () => ({ ...second, mediaType: NVIDIA_SWITCH_MEDIA_TYPE })],
    ['nvidia.report.signature', 'a measurement changed', () => tampered(60)],
    [
      'nvidia.report.well-formed',
      'a byte more',
      () => gpuItem(gpu(1), binding, { label: 'gpu-1', tamper: (report) => Uint8Array.of(...report, 0) }),
    ],
    ['nvidia.chain.path', 'a chip of nobody', () => gpuItem(stranger, binding, { label: 'gpu-1' })],
    [
      'nvidia.measurements.driver',
      'another driver than it says',
      () =>
        gpuItem(gpu(1), binding, {
          label: 'gpu-1',
          change: { measurements: new Map([[7, new Uint8Array(48).fill(1)]]) },
        }),
    ],
    [
      'nvidia.measurements.vbios',
      'another VBIOS than it says',
      () =>
        gpuItem(gpu(1), binding, {
          label: 'gpu-1',
          change: { measurements: new Map([[1, new Uint8Array(48).fill(1)]]) },
        }),
    ],
    [
      'nvidia.report.claims',
      'a version that is no text',
      () => gpuItem(gpu(1), binding, { label: 'gpu-1', change: { opaque: new Map([[3, text('550 144')]]) } }),
    ],
    [
      'nvidia.revocation',
      'a revoked chip',
      () => second,
      {
        ...trust,
        ocsp: forgeOcspOf(gpu(1).chain, now, (index) => (index === 1 ? { status: 'revoked' } : {})),
      },
    ],
  ])('fail alone by %s: %s', (id, _, make, nvidia = trust) => {
    const result = onTpm([first, make()], nvidia);
    expect(failed(result.findings)).toEqual([]);
    expect(result.verified).not.toBeNull();
    const [good, bad] = result.devices;
    expect(good && failed(good.findings)).toEqual([]);
    expect(bad && failed(bad.findings)).toEqual([id]);
    expect(bad?.findings.checks.every(({ where }) => where === 'gpu-1')).toBe(true);
  });

  it.each<[string, string, () => readonly Item[]]>([
    [
      'nvidia.nonce',
      'a report of another session',
      () => [first, gpuItem(gpu(1), bindingItem(makeHost()), { label: 'gpu-1' })],
    ],
    ['nvidia.devices.distinct', 'one GPU twice', () => [first, { ...first, label: 'gpu-1' }]],
    [
      'bundle.items.devices',
      'more than any host has',
      () => Array.from({ length: 25 }, (__, index) => ({ ...first, label: `gpu-${index}` })),
    ],
  ])('refuse the whole bundle by %s: %s', (id, _, make) => {
    const result = onTpm(make());
    expect(failed(result.findings)).toEqual([id]);
    expect(result.verified).toBeNull();
  });

  it('refuse NVIDIA’s sample nonce by its own name', () => {
    const result = onTpm([gpuItem(gpu(0), binding, { nonce: SAMPLE })]);
    expect(failed(result.findings)).toEqual(['nvidia.nonce', 'nvidia.nonce.sample']);
  });

  const others: readonly [string, (known: readonly Item[]) => readonly Item[], string, string][] = [
    [
      'added',
      ([one, two]) => [one, two, gpuItem(gpu(2), binding, { label: 'gpu-2' })].flatMap((it) => it ?? []),
      'tpm.quote.items',
      'tee.report-data.items',
    ],
    ['dropped', ([one]) => [one].flatMap((it) => it ?? []), 'tpm.quote.extra-data', 'tee.report-data'],
    [
      'relabelled',
      ([one, two]) => [one, two && { ...two, label: 'gpu-7' }].flatMap((it) => it ?? []),
      'tpm.quote.extra-data',
      'tee.report-data',
    ],
    [
      'swapped',
      ([one]) => [one, gpuItem(gpu(2), binding, { label: 'gpu-1' })].flatMap((it) => it ?? []),
      'tpm.quote.extra-data',
      'tee.report-data',
    ],
  ];
  it.each(others)('%s after the TPM or the TEE committed refuse the whole', (_, change, byTpm, byTee) => {
    const known = [first, second];
    const quoted = verify([binding, ...change(known), tpmItem(host, [binding, ...known])]);
    expect(failed(quoted.findings)).toContain(byTpm);
    expect(quoted.verified).toBeNull();
    const reported = verifyBundle({
      jws: bundleOf(host, [
        binding,
        ...change(known),
        tdxItem([binding], reportDataOver([binding, ...known])),
      ]),
      session,
      host: { kind: 'tee', tee: 'tdx' },
      tee: teeTrust,
      nvidia: trust,
      at: now,
    });
    expect(failed(reported.findings)).toEqual([byTee]);
    expect(reported.verified).toBeNull();
  });

  it('prove nothing without trust in a root, and cost the host nothing', () => {
    const result = onTpm([first], NO_NVIDIA_TRUST);
    expect(result.verified).not.toBeNull();
    expect(result.devices[0]?.evidence).toBeNull();
  });

  it('are unknown without a manifest, which is named, and open without OCSP responses', () => {
    const [device] = onTpm([first], { ...trust, rims: new Map(), ocsp: [] }).devices;
    expect(device && failed(device.findings)).toEqual([]);
    expect(device && open(device.findings)).toEqual(
      expect.arrayContaining([
        'nvidia.revocation',
        'nvidia.measurements.driver',
        'nvidia.measurements.vbios',
      ]),
    );
    expect(device?.measurements?.verdicts).toMatchObject([
      { verdict: 'unknown', reason: expect.stringContaining('NV_GPU_DRIVER_GH100_') },
      { verdict: 'unknown', reason: expect.stringContaining('NV_GPU_VBIOS_') },
    ]);
  });

  describe('with a revoked certificate', () => {
    const revoking = (status: 'revoked' | 'hold'): NvidiaTrust => ({
      ...trust,
      ocsp: forgeOcspOf(gpu(0).chain, now, (index) => (index === 1 ? { status } : {})),
    });

    it('say so where the chip itself answered', () => {
      expect(onTpm([first], revoking('revoked')).devices[0]?.revoked).toContain('GH100');
    });

    it('do not where anything else is wrong, for anybody can send certificates', () => {
      const garbled = gpuItem(gpu(0), binding, { tamper: flipped(60) });
      expect(onTpm([garbled], revoking('revoked')).devices[0]?.revoked).toBeNull();
      const retyped = { ...first, mediaType: NVIDIA_SWITCH_MEDIA_TYPE };
      expect(onTpm([retyped], revoking('revoked')).devices[0]?.revoked).toBeNull();
    });

    it('do not where it is on hold, which is refused and may be lifted', () => {
      const [device] = onTpm([first], revoking('hold')).devices;
      expect(device && failed(device.findings)).toEqual(['nvidia.revocation']);
      expect(device?.revoked).toBeNull();
    });
  });
});
