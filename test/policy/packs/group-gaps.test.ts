import { describe, expect, it } from 'vitest';
import { decideWeighed, replayDecision } from '../../../src/policy/packs/index.ts';
import { told } from '../../../src/policy/told.ts';
import { AT_BOTH_LIMITS, asking, under } from './example-scenarios.ts';
import { stored } from './scenario.ts';

/** As a group of which something is not known is told. */
function without(groupGaps: object) {
  const made = under('diffusion-2025', asking(AT_BOTH_LIMITS));
  const weighed = {
    ...made.weighed,
    told: told.parse({ ...wire(made.weighed.told), groupTpp: null, groupGaps }),
  };
  return { ...made, weighed };
}

/** As it is kept. */
const wire = (value: object): object => JSON.parse(JSON.stringify(value));

const SHARES = ['pack.attribute-missing', 'pack.attribute-missing'];

describe('shares of a group that are not known', () => {
  it.each([
    [{ kind: 'owners', id: 'sister', why: 'top-not-declared' }, 'pack.owners-undeclared', 'party:sister'],
    [{ kind: 'model', id: 'gpu-7', why: 'X1' }, 'pack.model-uncounted', 'device:gpu-7'],
    [{ kind: 'model', id: 'gpu-7', why: null }, 'pack.model-uncounted', 'device:gpu-7'],
    [{ kind: 'size', id: 'top', why: null }, 'pack.group-too-large', 'party:top'],
  ])('name %o', (gap, code, subject) => {
    const made = without([gap]);
    const { outcome, reasons } = decideWeighed(made);
    expect([outcome, reasons.map((reason) => reason.code)]).toEqual(['deny', [...SHARES, code]]);
    expect(reasons.at(-1)).toMatchObject({ subject, kind: 'unproven' });
    expect(reasons.at(-1)?.mend).toBeTruthy();
    // What was weighed says it, so that it is said again.
    expect(replayDecision(stored(made)).reasons).toEqual(reasons);
  });

  it('deny nothing by themselves where they are known', () => {
    expect(decideWeighed(under('diffusion-2025', asking(AT_BOTH_LIMITS))).outcome).toBe('allow');
  });
});
