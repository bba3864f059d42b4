import { describe, expect, it } from 'vitest';
import { controlGroups, isPlainlyWritten, isSameParty } from '../../src/location/control-groups.ts';
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
    ['a name with a space of no width', { operator: 'Acme' }, { operator: 'Ac\u200bme' }],
    ['a name with a mark of direction', { operator: 'Acme' }, { operator: '\u202aAcme\u202c' }],
    ['a name with a filler that is a letter', { operator: 'Acme' }, { operator: 'Acme\u3164' }],
    ['a name with a soft hyphen', { operator: 'Acme' }, { company: 'Ac\u00adme' }],
    ['a name in wide letters', { operator: 'Acme' }, { operator: '\uff21\uff43\uff4d\uff45' }],
    ['a name in mathematical letters', { operator: 'Acme' }, { operator: '\u{1d400}cme' }],
    ['a name with other punctuation', { operator: 'Acme, Inc.' }, { operator: 'ACME Inc' }],
    ['a name without its space', { operator: 'Data Hall' }, { operator: 'DataHall' }],
    ['a name with an accent', { operator: 'Acme' }, { operator: 'Ácme' }],
    ['a name with a dotless i', { operator: 'Iris' }, { operator: '\u0131ris' }],
    ['a name with a sharp s', { operator: 'Strasse' }, { operator: 'Stra\u00dfe' }],
    ['a figure for a letter', { operator: 'Helios' }, { operator: 'He1i0s' }],
    ['a capital I for an l', { site: 'hall' }, { site: 'haII' }],
    ['a stroke through a letter', { operator: 'Orsted' }, { operator: 'Ørsted' }],
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

  it('are as many as names that read otherwise', () => {
    const names = ['Acme', 'Acme 2', 'Acne', 'Akme', 'Acme Two', 'Ac'];
    expect(new Set(groups(...names.map((operator) => ({ operator })))).size).toBe(names.length);
    expect(isSameParty('Acme Iceland', 'Acme Norway')).toBe(false);
  });

  it.each([
    ['Acme GmbH & Co. KG', true],
    ['Síminn hf.', true],
    ['Ørsted A/S', true],
    ['FRA-1, hall 2', true],
    ['\u0410\u0441me', false],
    ['\u039docme', false],
    ['\u30c7\u30fc\u30bf', false],
    ['\u13a0cme', false],
    ['\u{10400}', false],
    ['\u200b', false],
    ['--', false],
  ])('may be told by %j: %s', (name, plain) => {
    expect(isPlainlyWritten(name)).toBe(plain);
  });

  it('take no site for a party of the same name', () => {
    expect(groups({ operator: 'same' }, { site: 'same' })).toEqual(['l0', 'l1']);
  });
});
