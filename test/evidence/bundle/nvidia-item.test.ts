import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { toBase64Url, toUtf8 } from '../../../src/bytes/text.ts';
import { parseNvidiaItem, serialiseNvidiaItem } from '../../../src/evidence/bundle/nvidia-item.ts';
import { nvidiaNeeds } from '../../../src/evidence/bundle/nvidia-needs.ts';
import { fuzzRuns } from '../../vectors.ts';
import { blackwell, gpu, gpuItem, nvSwitch, trustFor } from './gpus.ts';
import { bindingItem, bundleOf } from './guest.ts';
import { makeHost, now } from './host.ts';

const json = (value: unknown): Uint8Array => toUtf8(JSON.stringify(value), 'test');
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'none';
};
const text = (length: number): string => toBase64Url(new Uint8Array(length).fill(7));

describe('parseNvidiaItem', () => {
  it('reads what serialiseNvidiaItem writes, and passes over what a driver says', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.array(bytes, { minLength: 1, maxLength: 8 }), (report, certificates) => {
        const written = serialiseNvidiaItem({
          report,
          certificates,
          driverVersion: '550.1',
          vbiosVersion: '96',
        });
        expect(parseNvidiaItem(written)).toEqual({ report, certificates });
      }),
      { numRuns: fuzzRuns },
    );
  });

  it.each([
    ['bad_value', { certificates: [text(3)] }],
    ['bad_value', { report: text(3) }],
    ['bad_value', { report: text(3), certificates: [] }],
    ['bad_value', { report: '', certificates: [text(3)] }],
    ['bad_value', { report: text(3), certificates: [''] }],
    ['bad_value', { report: text(3), certificates: Array.from({ length: 9 }, () => text(3)) }],
    ['bad_value', { report: text(3), certificates: [text(3)], more: 1 }],
    ['bad_value', { report: text(3), certificates: [text(3)], driverVersion: 5 }],
    ['bad_value', { report: 'AB=', certificates: [text(3)] }],
    ['too_long', { report: text((1 << 15) + 1), certificates: [text(3)] }],
    ['too_long', { report: text(3), certificates: [text((1 << 12) + 1)] }],
  ])('refuses with %s', (code, item) => {
    expect(codeOf(() => parseNvidiaItem(json(item)))).toBe(code);
  });

  it('answers anything at all with a format error or an item', () => {
    const near = fc.json().map((value) => toUtf8(value, 'test'));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array()), (noise) => {
        expect(codeOf(() => parseNvidiaItem(noise))).not.toBe('none');
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describe('what the devices of a submission need', () => {
  const host = makeHost();
  const binding = bindingItem(host);
  const { deviceAnchors } = trustFor([gpu(0)]);
  const context = { deviceAnchors, at: now };
  const hopper = gpuItem(gpu(0), binding);

  it('is by their ids, and each certificate’s status below the root', () => {
    const devices = [hopper, gpuItem(blackwell, binding, { label: 'gpu-1' }), gpuItem(nvSwitch, binding)];
    const needs = nvidiaNeeds(bundleOf(host, [binding, ...devices]), context);
    expect(needs.map(({ label, identity }) => [label, identity])).toEqual([
      ['gpu-0', gpu(0).identity],
      ['gpu-1', blackwell.identity],
      ['switch-0', nvSwitch.identity],
    ]);
    expect(needs.map(({ rimIds }) => rimIds.map((id) => id.split('_').slice(0, 3).join('_')))).toEqual([
      ['NV_GPU_DRIVER', 'NV_GPU_VBIOS'],
      ['NV_GPU_CC', 'NV_GPU_VBIOS'],
      ['NV_SWITCH_BIOS'],
    ]);
    for (const { path } of needs) expect(path.chain).toHaveLength(4);
  });

  it('is nothing of chips under no trusted root, nor of what cannot be read', () => {
    const bundle = bundleOf(host, [binding, hopper]);
    expect(nvidiaNeeds(bundle, { ...context, deviceAnchors: [] })).toEqual([]);
    expect(nvidiaNeeds('no bundle', context)).toEqual([]);
    expect(nvidiaNeeds(bundleOf(host, [binding, { ...hopper, value: Uint8Array.of(1) }]), context)).toEqual(
      [],
    );
  });

  it('is nothing of more devices than any host has: such a bundle is refused unexamined', () => {
    const fleet = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...hopper, label: `gpu-${index}` }));
    expect(nvidiaNeeds(bundleOf(host, [binding, ...fleet(24)]), context)).toHaveLength(24);
    expect(nvidiaNeeds(bundleOf(host, [binding, ...fleet(25)]), context)).toEqual([]);
  });

  it('names no manifest for a report that cannot be read', () => {
    const cut = gpuItem(gpu(0), binding, { tamper: (report) => report.subarray(0, 100) });
    expect(nvidiaNeeds(bundleOf(host, [binding, cut]), context)).toMatchObject([{ rimIds: [] }]);
  });
});
