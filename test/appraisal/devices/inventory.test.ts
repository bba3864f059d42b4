import { describe, expect, it } from 'vitest';
import { checkInventory, type RegisteredDevice } from '../../../src/appraisal/devices/inventory.ts';
import type { BundleDevice } from '../../../src/evidence/bundle/devices.ts';

/** What of a device the inventory looks at. */
const shown = (
  identity: string | null,
  { proven = true, kind = 'gpu' }: { proven?: boolean; kind?: 'gpu' | 'switch' } = {},
) =>
  ({
    label: `${kind}-${identity}`,
    kind,
    described: identity === null ? null : { identity },
    evidence: identity === null || !proven ? null : { identity, chip: { kind } },
  }) as unknown as BundleDevice; // nothing else is read
const registered = (identity: string | null, more: Partial<RegisteredDevice> = {}): RegisteredDevice => ({
  id: `dev_${identity ?? 'serial'}`,
  kind: 'gpu',
  identity,
  model: null,
  linked: true,
  ...more,
});
const check = (devices: readonly BundleDevice[], known: readonly RegisteredDevice[]) => {
  const { checks, notPerformed } = checkInventory(devices, { registered: known, elsewhere: new Map() });
  const failed = checks.filter(({ status }) => status === 'fail');
  return { failed: failed.map(({ id, where }) => [id, where]), open: notPerformed.map(({ id }) => id) };
};

describe('a host’s inventory', () => {
  it.each<[string, readonly BundleDevice[], readonly RegisteredDevice[], readonly (readonly string[])[]]>([
    ['is what is registered', [shown('a'), shown('b')], [registered('a'), registered('b')], []],
    [
      'misses a chip',
      [shown('a')],
      [registered('a'), registered('b')],
      [['devices.missing', 'device:dev_b']],
    ],
    ['misses every chip', [], [registered('a')], [['devices.missing', 'device:dev_a']]],
    ['does not miss what is there and failed', [shown('a', { proven: false })], [registered('a')], []],
    ['has one too many', [shown('a'), shown('x')], [registered('a')], [['devices.extra', 'kind:gpu']]],
    ['has a place for a serial number', [shown('a'), shown('x')], [registered('a'), registered(null)], []],
    [
      'lacks one for a serial number',
      [shown('a')],
      [registered('a'), registered(null)],
      [['devices.count', 'kind:gpu']],
    ],
    [
      'counts nothing that failed',
      [shown('x', { proven: false })],
      [registered(null), registered('a', { linked: false })],
      [['devices.count', 'kind:gpu']],
    ],
    [
      'takes one that is declared here and was on no host',
      [shown('a'), shown('b')],
      [registered('a'), registered('b', { linked: false })],
      [],
    ],
    [
      'keeps kinds apart',
      [shown('a'), shown('s', { kind: 'switch' })],
      [registered('a'), registered(null)],
      [
        ['devices.count', 'kind:gpu'],
        ['devices.extra', 'kind:switch'],
      ],
    ],
  ])('%s', (_, devices, known, failed) => {
    expect(check(devices, known).failed).toEqual(failed);
  });

  it('asks nothing where the register knows nothing, or where no GPU attests itself', () => {
    expect(check([shown('a')], [])).toEqual({ failed: [], open: ['devices.extra'] });
    expect(check([shown('a')], [registered('a', { linked: false })])).toEqual({
      failed: [],
      open: ['devices.extra'],
    });
    expect(check([], [registered(null)])).toEqual({ failed: [], open: ['devices.count'] });
    expect(check([], [])).toEqual({ failed: [], open: [] });
  });
});
