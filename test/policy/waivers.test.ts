import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostTeeFacts } from '../../src/appraisal/facts.ts';
import { Answer } from '../../src/policy/answer.ts';
import type { DeviceEvidence } from '../../src/policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../src/policy/licence.ts';
import { decideStrength } from '../../src/policy/strength.ts';
import type { Facts, Weakness } from '../../src/protocol/facts.ts';
import { fuzzRuns } from '../vectors.ts';

const at = new Date('2031-05-01T12:00:00.000Z');
const later = new Date(at.getTime() + 3_600_000);

const f = fc.option(fc.integer({ min: 0, max: 5 }));
const place: fc.Arbitrary<Facts['place']> = fc
  .record({
    // Mostly proven, or nothing else would ever decide.
    verdict: fc.oneof(
      { weight: 8, arbitrary: fc.constant('proven-inside' as const) },
      fc.constantFrom('proven-outside', 'inconclusive', 'inconsistent', 'unmeasured' as const),
    ),
    byGrade: fc.record({ A: f, B: f }),
    insideGeofence: fc.boolean(),
    keyCustody: fc.constantFrom('sealed', 'operator-extractable'),
  })
  .map(({ byGrade, ...rest }) => {
    const grade = byGrade.A === null ? (byGrade.B === null ? null : 'B') : 'A';
    return {
      ...rest,
      byGrade,
      grade,
      toleratedLiars: grade === null ? null : byGrade[grade],
    } as Facts['place']; // as locate says it
  });
const waivers: fc.Arbitrary<Weakness[]> = fc.subarray([
  'operator-extractable',
  'gpu-binding',
  'operator-claimed-serial',
]);
const question = fc.record({
  place,
  gpuBinding: fc.constantFrom('none', 'timed', 'tdisp', 'not-applicable' as const),
  sealed: fc.boolean(),
  audited: fc.boolean(),
  tamperSignal: fc.boolean(),
  waivers,
  ended: fc.boolean(),
  auditEnded: fc.boolean(),
});
type Asked = typeof question extends fc.Arbitrary<infer T> ? T : never;

function codes(asked: Asked, wanted: Partial<LicenceConditions>): string[] {
  const conditions = licenceConditions.parse({
    validFrom: '2031-01-01T00:00:00Z',
    validUntil: '2032-01-01T00:00:00Z',
    parties: ['p'],
    facilities: ['f'],
    devices: ['d'],
    evidenceMaxAgeSeconds: 3_600,
    rulePacks: 'none',
    referenceSets: 'not-required',
    waivers: asked.waivers,
    ...wanted,
  });
  const facts: Facts = {
    ...hostTeeFacts(asked.sealed ? 'sealed' : 'matched'),
    place: asked.place,
    gpuBinding: asked.gpuBinding as Facts['gpuBinding'],
    audit: { auditedAt: asked.audited ? '2031-04-01T00:00:00Z' : null, tamperSignal: asked.tamperSignal },
  };
  const evidence: DeviceEvidence = {
    outcome: 'accepted',
    facts,
    referenceSets: [],
    nonceIssuedAt: at,
    validUntil: null,
    placeAt: null,
    placeUntil: asked.ended ? at : later,
    auditUntil: asked.auditEnded ? at : later,
  };
  const answer = new Answer('d');
  decideStrength({ id: 'd', conditions, facility: undefined, evidence, at }, answer);
  return answer.done(evidence).reasons.map(({ code }) => code);
}

const bound = ({ gpuBinding }: Asked): boolean => gpuBinding !== 'none';
const waived = (asked: Asked, weakness: Weakness): boolean => asked.waivers.includes(weakness);

describe('a waiver', () => {
  it('lifts its own weakness from a demanded place, and nothing else', () => {
    fc.assert(
      fc.property(
        question,
        fc.constantFrom('A', 'B' as const),
        fc.integer({ min: 0, max: 5 }),
        (asked, grade, least) => {
          const { verdict, byGrade, keyCustody } = asked.place;
          const had = Math.max(byGrade?.A ?? -1, grade === 'B' ? (byGrade?.B ?? -1) : -1);
          const may =
            verdict === 'proven-inside' &&
            had >= least &&
            !asked.ended &&
            (keyCustody === 'sealed' || waived(asked, 'operator-extractable')) &&
            (bound(asked) || waived(asked, 'gpu-binding'));
          const wanted = { minimumFacts: { place: { verdict: 'proven-inside', grade, f: least } } } as const;
          expect(codes(asked, wanted).length === 0).toBe(may);
        },
      ),
      { numRuns: fuzzRuns },
    );
  });

  it('of a binding is the only one that G3 and G4 know', () => {
    fc.assert(
      fc.property(question, fc.constantFrom('G3', 'G4' as const), (asked, minimumLevel) => {
        const { place: shown } = asked;
        const g3 =
          asked.sealed &&
          shown.keyCustody === 'sealed' &&
          shown.verdict === 'proven-inside' &&
          (shown.toleratedLiars ?? 0) >= 1 &&
          !asked.ended &&
          (bound(asked) || waived(asked, 'gpu-binding'));
        const g4 = shown.insideGeofence && asked.audited && !asked.tamperSignal && !asked.auditEnded;
        expect(codes(asked, { minimumLevel }).length === 0).toBe(g3 && (minimumLevel === 'G3' || g4));
      }),
      { numRuns: fuzzRuns },
    );
  });
});
