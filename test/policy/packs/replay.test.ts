import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideWeighed, replayDecision } from '../../../src/policy/packs/index.ts';
import { base, basis, type Change, partyState, plus, stored, told, weighed } from './scenario.ts';

/** Decisions of many kinds: each part of what is weighed is as it should be, or one of many ways of not being so. */
const changes: fc.Arbitrary<Change> = fc.record(
  {
    action: fc.constantFrom('use' as const, 'allocate' as const),
    chips: fc.array(
      fc.record({ model: fc.constantFrom('H100', 'B200'), quantity: fc.integer({ min: 1, max: 12 }) }),
      { maxLength: 2 },
    ),
    purpose: fc.constantFrom(null, 'inference', 'frontier-training'),
    requested: fc.constantFrom(null, ['gpu-1'], ['gpu-1', 'gpu-9'], []),
    conditions: fc.constantFrom(
      {},
      { minimumLevel: 'G3' as const },
      { purpose: undefined },
      { purpose: 'frontier-training' },
      { models: undefined },
      { rulePacks: 'none' as const },
    ),
    evidence: fc.record({
      outcome: fc.constantFrom('accepted' as const, 'refused' as const),
      nonceIssuedAt: fc.integer({ min: -8000, max: 1 }).map(plus),
      validUntil: fc.option(fc.integer({ min: -10, max: 10_000 }).map(plus)),
    }),
    device: fc.constantFrom(
      {},
      { evidence: null },
      { hostId: null },
      { lifecycle: 'missing' },
      { model: null },
    ),
    parties: fc.constantFrom(
      weighed.parties,
      [],
      ['exporter', 'consignee', 'end-user'].map((id) => partyState(id, { standing: 'denied' })),
      ['exporter', 'consignee', 'end-user'].map((id) => partyState(id, { deniedParents: ['p'] })),
    ),
    told: fc.constantFrom(
      {},
      { consignee: null },
      { deliveries: null },
      { deliveries: { verifiedSharePercent: 10, missingSharePercent: 90 } },
      { endUser: told.endUser === null ? null : { ...told.endUser, parents: ['CN'] } },
    ),
    latches: fc.constantFrom(
      [],
      [{ subject: { kind: 'device' as const, id: 'gpu-1' }, code: 'x', sentence: 'It is held.' }],
    ),
    named: fc.constantFrom(weighed.packs, [], [{ name: 'base', version: '1.0.0', digest: null }]),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Change>; // absent members are absent: fast-check's type says that they may be undefined

describe('a decision that is decided again from what was kept', () => {
  it('comes to the same, whatever it was', () => {
    const outcomes = new Map<string, number>();
    fc.assert(
      fc.property(changes, (change) => {
        const made = basis(change);
        const verdict = decideWeighed(made);
        expect(replayDecision(stored(made))).toEqual(verdict);
        for (const code of ['any', verdict.outcome, ...verdict.reasons.map((reason) => reason.code)]) {
          outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
        }
      }),
      { numRuns: 400, examples: [[{}], [{ evidence: { nonceIssuedAt: plus(-60) } }]] },
    );
    expect(outcomes.get('any')).toBeGreaterThanOrEqual(400);
    expect(outcomes.get('allow')).toBeGreaterThan(1);
    expect(outcomes.size).toBeGreaterThan(20);
  });

  it('is another where what was kept was changed', () => {
    const kept = stored(basis());
    const { licence } = kept.input;
    const suspended = { ...kept.input, licence: { ...licence, status: 'suspended' } };
    expect(replayDecision({ ...kept, input: suspended }).outcome).toBe('deny');
    expect(replayDecision({ ...kept, packs: () => null }).reasons).toMatchObject([{ code: 'pack.unsound' }]);
  });

  it('is refused for other conditions, and for what is no decision', () => {
    const kept = stored(basis());
    const code = (change: object): unknown => {
      try {
        return replayDecision({ ...kept, ...change });
      } catch (error) {
        return (error as { code?: unknown }).code;
      }
    };
    expect(code({ conditions: { ...kept.conditions, evidenceMaxAgeSeconds: 3601 } })).toBe('bad_value');
    expect(code({ input: { ...kept.input, more: 1 } })).toBe('bad_value');
    expect(code({ input: { ...kept.input, at: 'soon' } })).toBe('bad_value');
    expect(code({ input: null })).toBe('bad_value');
    expect(code({ packs: (digest: string) => (digest === base.digest ? base : null) })).toMatchObject({
      outcome: 'allow',
    });
  });

  it('denies when any member of what packs are told is taken away, or cannot be read at all', () => {
    const kept = stored(basis());
    // What was kept before any pack could ask where a group's TPP stands, or what was reported, has no such member, and says what null says.
    const { groupTpp, reported, ...always } = kept.input.told;
    expect([groupTpp, reported]).toEqual([null, null]);
    for (const member of Object.keys(always)) {
      const { [member]: _, ...rest } = kept.input.told;
      expect(() => replayDecision({ ...kept, input: { ...kept.input, told: rest } })).toThrow(member);
    }
  });
});
