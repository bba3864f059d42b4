import { describe, expect, it } from 'vitest';
import { chainOf, MAX_CHAIN, type OwnershipRecord } from '../../../src/policy/register/ownership.ts';

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
