import { expect, it } from 'vitest';
import { describeDevices } from '../../src/cli/verify/present-devices.ts';
import type { NvidiaDeviceSummary } from '../../src/evidence/nvidia/index.ts';

const gpu: NvidiaDeviceSummary = {
  where: 'devices[0]',
  authentic: true,
  kind: 'gpu',
  generation: 'hopper',
  chip: 'GH100',
  model: 'GH100 A01 GSP BROM',
  identity: 'ab'.repeat(32),
  ueid: '1',
  driverVersion: '550.1',
  vbiosVersion: '96.00.01.00.02',
  mode: 'ppcie',
  fwid: 'match',
  measurements: [
    { component: 'driver', rimId: 'D', verdict: 'match', file: 'D.xml', compared: 21 },
    {
      component: 'vbios',
      rimId: 'V',
      verdict: 'mismatch',
      file: 'V.xml',
      compared: 12,
      mismatches: [{ index: 9, expected: ['aa', 'bb'], actual: null }],
    },
  ],
};

it('says of each device who it is and how it compares', () => {
  const text = describeDevices([gpu]).join('\n');
  for (const part of [
    'devices[0]',
    'GH100 A01 GSP BROM',
    'authentic',
    'ab'.repeat(32),
    'driver 550.1, VBIOS 96.00.01.00.02, mode ppcie, FWID match',
    '21 of 21 match',
    '1 of 12 differ',
    'index 9',
    'found nothing, allowed aa or bb',
  ]) {
    expect(text).toContain(part);
  }
});

it('never takes unknown for a mismatch, and shows no control characters of an attacker', () => {
  const reason = 'no manifest \u001b[31mX is at hand';
  const unknown = { component: 'vbios', rimId: 'X', verdict: 'unknown', reason } as const;
  const text = describeDevices([
    { ...gpu, authentic: false, model: 'GH100\u001b[0m', measurements: [unknown] },
  ]).join('\n');
  expect(text).toContain('vbios measurements: unknown, no manifest');
  expect(text).toContain('not authentic');
  expect(text).not.toContain('differ');
  expect(text).not.toContain('\u001b[31mX');
  expect(text).not.toContain('GH100\u001b');
});

it('says nothing of what could not be read', () => {
  const { where } = gpu;
  const unread: NvidiaDeviceSummary = {
    where,
    authentic: false,
    kind: null,
    generation: null,
    chip: null,
    model: null,
    identity: null,
    ueid: null,
    driverVersion: null,
    vbiosVersion: null,
    mode: null,
    fwid: null,
    measurements: [],
  };
  expect(describeDevices([unread]).join('\n')).not.toContain('null');
});
