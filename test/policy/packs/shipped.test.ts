import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonValue } from '../../../src/bytes/json.ts';
import { evaluatePack, narrow, PACK_REASONS, runTests } from '../../../src/policy/packs/index.ts';
import type { Shape } from '../../../src/policy/packs/shape.ts';
import { testInput } from '../../../src/policy/packs/tests.ts';
import type { Verdict } from '../../../src/protocol/decision.ts';
import { SHIPPED } from './shipped.ts';

/** Paths of everything that a shape names, records and what stands in them. */
function paths(shape: Shape, at: readonly string[] = []): (readonly string[])[] {
  if (shape.type !== 'Record') return [at];
  return [
    ...(at.length === 0 ? [] : [at]),
    ...[...shape.attributes].flatMap(([name, inner]) => paths(inner, [...at, name])),
  ];
}

/** Sums are counted from the chips, and shares from what the group has: these are what a request can lack. */
function givenFor(path: readonly string[]): readonly string[] {
  if (path[0] === 'chips') return ['chips'];
  return path[0] === 'ledger' && path[1]?.endsWith('SharePercent') ? ['ledger', 'groupTpp'] : path;
}

function without(value: JsonValue, [name = '', ...rest]: readonly string[]): JsonValue {
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([member]) => member !== name || rest.length > 0);
  return Object.fromEntries(
    entries.map(([member, inner]) => [member, member === name ? without(inner, rest) : inner]),
  );
}

describe.each(SHIPPED.map((loaded) => [loaded.pack.manifest.name, loaded] as const))(
  'the pack %s',
  (_, loaded) => {
    const results = runTests(loaded);

    it.each(results.map((result) => [result.test.name, result] as const))(
      '%s',
      (_name, { test, answer, codes }) => {
        expect(answer.outcome).toBe(test.outcome);
        expect(codes).toEqual([...test.codes].sort());
      },
    );

    it('has for each rule a test that is denied for its reason alone', () => {
      const alone = new Set(results.filter(({ codes }) => codes.length === 1).flatMap(({ codes }) => codes));
      expect(loaded.rules.map(({ reason }) => reason.code).filter((code) => !alone.has(code))).toEqual([]);
    });

    it('denies when any attribute that it names is absent, whichever it is', () => {
      const allowed = results.filter(({ answer }) => answer.outcome === 'allow');
      expect(allowed.length).toBeGreaterThan(0);
      for (const { test } of allowed) {
        const input = testInput(loaded.pack, test);
        const action = isJsonObject(input) ? String(input['action']) : '';
        const shape = loaded.shapes.get(action);
        if (shape === undefined) throw new Error(`no shape for ${action}`);
        const named = [...paths(shape), ['licence', 'id'], ['consignee', 'id']].filter(
          ([first]) => first !== 'data',
        );
        for (const path of named) {
          const given = givenFor(path);
          const { outcome, reasons } = evaluatePack(loaded, without(input, given));
          expect([outcome, given.join('.'), [...new Set(reasons.map(({ code }) => code))]]).toEqual([
            'deny',
            given.join('.'),
            ['pack.attribute-missing'],
          ]);
        }
        expect(evaluatePack(loaded, without(input, ['action'])).reasons[0]?.code).toBe('pack.input-invalid');
      }
    });

    it('answers whatever it is asked, and denies what is no request', () => {
      fc.assert(
        fc.property(fc.anything(), (value) => {
          const { outcome, reasons } = evaluatePack(loaded, value);
          expect(outcome).toBe('deny');
          expect(reasons.every(({ code }) => code in PACK_REASONS)).toBe(true);
        }),
        { numRuns: 30 },
      );
    });
  },
);

describe('a verdict that a pack narrows', () => {
  const reason = fc.record({
    code: fc.constantFrom('party.denied', 'base.level-too-low'),
    kind: fc.constantFrom('violated' as const, 'unproven' as const),
    sentence: fc.string(),
  });
  const outcome = fc.constantFrom('allow' as const, 'deny' as const);
  const verdicts: fc.Arbitrary<Verdict> = fc.record({
    outcome,
    reasons: fc.array(reason, { maxLength: 3 }),
    devices: fc.constant([]),
    validUntil: fc.constantFrom(null, '2026-06-01T00:00:00Z'),
  });

  it('is never more permissive than it was, nor ends later, nor loses a reason', () => {
    fc.assert(
      fc.property(verdicts, outcome, fc.array(reason, { maxLength: 3 }), (verdict, said, reasons) => {
        const made = narrow(verdict, { outcome: said, reasons });
        if (verdict.outcome === 'deny' || said === 'deny' || reasons.length > 0)
          expect(made.outcome).toBe('deny');
        else expect(made).toEqual(verdict);
        expect(made.validUntil).toBe(made.outcome === 'allow' ? verdict.validUntil : null);
        expect(made.reasons.slice(0, verdict.reasons.length)).toEqual(verdict.reasons);
        expect(made.devices).toBe(verdict.devices);
      }),
    );
  });

  it('has a reason about a device in the row of that device, and in no other', () => {
    const row = (id: string): Verdict['devices'][number] => ({
      id,
      allowed: true,
      level: 'G2',
      label: 'G2-tee',
      facts: null,
      serialLink: 'none',
      waived: [],
      evidenceIssuedAt: null,
      evidenceExpiresAt: null,
      reasons: [],
    });
    const said = { code: 'x.y', kind: 'unproven', sentence: 'It is not.', subject: 'device:a' } as const;
    const verdict: Verdict = {
      outcome: 'allow',
      reasons: [],
      devices: [row('a'), row('b')],
      validUntil: null,
    };
    const { outcome, devices } = narrow(verdict, { reasons: [said] });
    expect([outcome, ...devices.map(({ id, allowed, reasons }) => [id, allowed, reasons])]).toEqual([
      'deny',
      ['a', false, ['x.y']],
      ['b', true, []],
    ]);
  });
});
