import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settled } from '../../../src/bytes/canonical-json.ts';
import { packInputsOf } from '../../../src/policy/pack-input.ts';
import { decideWeighed, evaluatePack, PackAnswers, type PackInput } from '../../../src/policy/packs/index.ts';
import { at, base, basis, conditions, weighed } from './scenario.ts';

/** Counts, and what only looks like one. */
const count = fc.oneof(fc.nat(), fc.constantFrom(-1, -0, 0.5, 2 ** 53, null, '1', undefined));
const compute = fc.record({ reportedE12: count, unreportedE12: count, other: count }, { requiredKeys: [] });
const ledger = fc.record(
  { consigneeYearTpp: count, destinationTpp: count, groupTpp: fc.constantFrom([], 1), other: count },
  { requiredKeys: [] },
);

describe('answers that are kept', () => {
  it('are those of the pack, whatever was asked before', () => {
    const answers = new PackAnswers(50);
    const whole = packInputsOf({ weighed, conditions, verdict: decideWeighed(basis({})) })(at);
    const asked = fc.record({ compute, ledger, isSettled: fc.boolean() });
    fc.assert(
      fc.property(asked, ({ isSettled, ...change }) => {
        const plain = { ...whole, ...change };
        // What cannot be one of these is asked as it stands: the answer says what is wrong with it.
        const input = plain as PackInput;
        if (isSettled)
          for (const one of [input.screening, input.evidence]) if (one !== undefined) settled(one);
        expect(answers.ask(base, input)).toEqual(evaluatePack(base, input));
      }),
      { numRuns: 300 },
    );
  });
});
