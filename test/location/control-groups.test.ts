import { describe, expect, it } from 'vitest';
import { controlGroups } from '../../src/location/control-groups.ts';
import { landmark } from './landmarks.ts';

const somewhere = { latitude: 50, longitude: 8 };
const one = landmark('one', somewhere);
const groups = (...changes: readonly Partial<typeof one>[]): string[] => {
  const all = changes.map((change, index) => landmark(`l${index}`, somewhere, change));
  const found = controlGroups(all);
  return all.map(({ id }) => found.get(id) ?? 'none');
};

describe('control groups', () => {
  it('are as many as landmarks that share nothing', () => {
    expect(groups({}, {}, {})).toEqual(['l0', 'l1', 'l2']);
  });

  it.each([
    ['an operator', { operator: 'Acme' }, { operator: 'Acme' }],
    ['a company', { company: 'Acme' }, { company: 'Acme' }],
    ['a site', { site: 'FRA1' }, { site: 'FRA1' }],
    ['a key', { key: 'k' }, { key: 'k' }],
    ['an operator that hosts the other', { operator: 'Acme' }, { company: 'Acme' }],
    ['a name in another case', { operator: 'ACME  gmbh' }, { operator: ' Acme GmbH' }],
    ['a name composed otherwise', { operator: 'caf\u00e9' }, { operator: 'cafe\u0301' }],
  ])('are one for %s', (_, a, b) => {
    expect(groups(a, {}, b)).toEqual(['l0', 'l1', 'l0']);
  });

  it('reach through any number of others', () => {
    expect(groups({ site: 'x' }, { operator: 'y' }, {}, { site: 'x', company: 'y' })).toEqual([
      'l0',
      'l0',
      'l2',
      'l0',
    ]);
  });

  it('take no site for a party of the same name', () => {
    expect(groups({ operator: 'same' }, { site: 'same' })).toEqual(['l0', 'l1']);
  });
});
