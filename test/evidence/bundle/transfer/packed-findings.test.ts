import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packFindings, unpackFindings } from '../../../../src/evidence/bundle/transfer/packed-findings.ts';
import type { Check, Findings } from '../../../../src/evidence/check.ts';

const text = fc.oneof(fc.constantFrom('', 'pass', 'nvidia.chip', '__proto__'), fc.string({ unit: 'binary' }));
const plain = { noNullPrototype: true };
const said = fc.record({ expected: text, actual: text, where: text }, { ...plain, requiredKeys: [] });
const check: fc.Arbitrary<Check> = fc
  .tuple(text, fc.constantFrom<Check['status'][]>('pass', 'fail'), said)
  .map(([id, status, rest]) => ({ id, status, ...rest }));
const openQuestion = fc.record({ id: text, reason: text }, plain);
const findings: fc.Arbitrary<Findings> = fc.record(
  { checks: fc.array(check), notPerformed: fc.array(openQuestion) },
  plain,
);

describe('packed findings', () => {
  it('are what they were, through JSON, whatever they say', () => {
    fc.assert(
      fc.property(fc.array(findings), (lists) => {
        const packed = JSON.parse(JSON.stringify(packFindings(lists)));
        expect(unpackFindings(packed)).toStrictEqual(lists);
      }),
    );
  });

  it('hold each text once', () => {
    const one: Check = { id: 'a', status: 'pass', expected: 'a', actual: 'b' };
    expect(packFindings([{ checks: [one, one], notPerformed: [] }]).texts).toEqual(['a', 'pass', 'b']);
  });

  it('pass nothing that is not said to have passed, and read no text that is not there', () => {
    const packed = (status: string) => ({
      texts: ['a', status],
      lists: [{ checks: [0, 1, -1, -1, -1], notPerformed: [] }],
    });
    expect(unpackFindings(packed('maybe'))[0]?.checks).toEqual([{ id: 'a', status: 'fail' }]);
    expect(() => unpackFindings({ ...packed('pass'), texts: ['a'] })).toThrow(RangeError);
  });
});
