import { describe, expect, it } from 'vitest';
import { chainOf, MAX_CHAIN, type OwnershipRecord, topOf } from '../../../src/policy/register/ownership.ts';

const party = (
  id: string,
  parentId: string | null,
  more: Partial<OwnershipRecord> = {},
): OwnershipRecord => ({
  id,
  headquarters: null,
  parentId,
  ultimateParentId: null,
  ownUltimateParent: false,
  ...more,
});
const top = party('top', null, { ownUltimateParent: true });
const known = (...parties: OwnershipRecord[]) => new Map(parties.map((one) => [one.id, one]));
const ofFirst = (...[first = top, ...others]: OwnershipRecord[]) => {
  const { parents, complete, gap } = chainOf(first, known(first, ...others));
  return [parents.map(({ id }) => id), complete, gap];
};

describe('the chain of parents', () => {
  it.each<[string, readonly OwnershipRecord[], readonly string[], string | null]>([
    ['of its own ultimate parent', [top], [], null],
    ['with a top that is declared', [party('a', 'b'), party('b', 'top'), top], ['b', 'top'], null],
    ['without any', [party('a', null)], [], 'top-not-declared'],
    ['with a top that nobody declared', [party('a', 'b'), party('b', null)], ['b'], 'top-not-declared'],
    ['with a parent that is not there', [party('a', 'b')], [], 'parent-unknown'],
    ['that comes back', [party('a', 'b'), party('b', 'a')], ['b'], 'loop'],
    ['with a top that agrees', [party('a', 'top', { ultimateParentId: 'top' }), top], ['top'], null],
    [
      'with another ultimate parent than its top, which is listed too',
      [party('a', 'top', { ultimateParentId: 'other' }), top, party('other', null)],
      ['top', 'other'],
      'ultimate-parent-disagrees',
    ],
    [
      'with a gap below a declared ultimate parent',
      [party('a', null, { ultimateParentId: 'top' }), top],
      ['top'],
      'top-not-declared',
    ],
  ])('%s', (_, parties, parents, gap) => {
    expect(ofFirst(...parties)).toEqual([parents, gap === null, gap]);
  });

  it('has an end', () => {
    const many = Array.from({ length: MAX_CHAIN + 2 }, (_, index) => party(`p${index}`, `p${index + 1}`));
    expect(ofFirst(...many).slice(1)).toEqual([false, 'too-long']);
  });
});

describe('whoever stands at the top', () => {
  it.each<[string, readonly OwnershipRecord[], string | null]>([
    ['of nobody’s is the party itself', [party('a', null)], 'a'],
    ['that names itself', [party('a', null, { ultimateParentId: 'a' })], 'a'],
    ['of direct parents', [party('a', 'b'), party('b', 'c'), party('c', null)], 'c'],
    [
      'that is named besides a direct parent',
      [party('a', 'b', { ultimateParentId: 'c' }), party('c', null)],
      'c',
    ],
    [
      'and is owned in turn',
      [party('a', null, { ultimateParentId: 'b' }), party('b', 'c'), party('c', null)],
      'c',
    ],
    ['is nobody where one of them is unknown', [party('a', 'b')], null],
    ['is nobody where they own each other', [party('a', 'b'), party('b', 'a')], null],
    [
      'is nobody where it is only said to be',
      [party('a', 'b', { ultimateParentId: 'x' }), party('b', null)],
      null,
    ],
  ])('%s', (_, [first = top, ...others], id) => {
    expect(topOf(first, known(first, ...others))?.id ?? null).toBe(id);
  });

  it('has an end', () => {
    const many = Array.from({ length: MAX_CHAIN + 2 }, (_, index) => party(`p${index}`, `p${index + 1}`));
    expect(topOf(many[0] ?? top, known(...many))).toBeNull();
  });
});
