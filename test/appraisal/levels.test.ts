import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DECLARED, deviceFactsUnder, hostTpmFacts } from '../../src/appraisal/facts.ts';
import { assess, reaches } from '../../src/appraisal/levels.ts';
import {
  DEVICE_FACTS,
  type Facts,
  gpuBinding,
  HOST_FACTS,
  LEVELS,
  type Place,
} from '../../src/protocol/facts.ts';

const inside: Place = {
  verdict: 'proven-inside',
  grade: 'B',
  toleratedLiars: 1,
  insideGeofence: true,
  keyCustody: 'sealed',
};
/** Everything that any level asks for. */
const best: Facts = {
  device: 'attested',
  host: 'sealed',
  place: inside,
  audit: { auditedAt: '2026-01-01T00:00:00Z', tamperSignal: false },
  gpuBinding: 'tdisp',
};
const codes = (facts: Facts): string[] => assess(facts).next?.missing.map(({ code }) => code) ?? [];

describe('assess', () => {
  it('reaches G4 with everything and nothing less', () => {
    expect(assess(best)).toEqual({ level: 'G4', label: 'G4', next: null });
  });

  it.each<[string, Partial<Facts>, string, string]>([
    ['a declared device', { device: 'declared' }, 'G0', 'device.not-attested'],
    ['a host-reported device', { device: 'host-reported' }, 'G0', 'device.not-attested'],
    ['no matching reference set', { host: 'none' }, 'G1', 'host.no-matching-reference-set'],
    ['a TPM', { host: 'tpm' }, 'G2-tpm', 'host.not-sealed'],
    ['a TEE that is not sealed', { host: 'tee' }, 'G2-tee', 'host.not-sealed'],
    [
      'keys that can be carried off',
      { place: { ...inside, keyCustody: 'operator-extractable' } },
      'G2-tee',
      'host.not-sealed',
    ],
    [
      'an unmeasured place',
      { place: { ...inside, verdict: 'unmeasured' } },
      'G2-tee',
      'place.not-proven-inside',
    ],
    [
      'an inconclusive place',
      { place: { ...inside, verdict: 'inconclusive' } },
      'G2-tee',
      'place.not-proven-inside',
    ],
    [
      'contradictory bounds',
      { place: { ...inside, verdict: 'inconsistent' } },
      'G2-tee',
      'place.not-proven-inside',
    ],
    [
      'a place outside',
      { place: { ...inside, verdict: 'proven-outside' } },
      'G2-tee',
      'place.not-proven-inside',
    ],
    ['no grade', { place: { ...inside, grade: null } }, 'G2-tee', 'place.grade-too-low'],
    ['f = 0', { place: { ...inside, toleratedLiars: 0 } }, 'G2-tee', 'place.one-liar-suffices'],
    ['no f', { place: { ...inside, toleratedLiars: null } }, 'G2-tee', 'place.one-liar-suffices'],
    ['a GPU bound by nothing', { gpuBinding: 'none' }, 'G2-tee', 'device.not-bound-to-host'],
    ['a GPU in a measured CVM', { gpuBinding: 'measured-cvm' }, 'G2-tee', 'device.not-bound-to-host'],
    [
      'no on-site landmark',
      { place: { ...inside, insideGeofence: false } },
      'G3',
      'place.not-inside-geofence',
    ],
    ['no audit', { audit: { auditedAt: null, tamperSignal: false } }, 'G3', 'audit.absent'],
    ['a tamper signal', { audit: { ...best.audit, tamperSignal: true } }, 'G3', 'audit.tamper-signal'],
  ])('%s alone costs the level', (_, weaker, label, code) => {
    const facts = { ...best, ...weaker };
    expect(assess(facts).label).toBe(label);
    expect(codes(facts)).toEqual([code]);
  });

  it('names everything that the next level lacks', () => {
    expect(codes(hostTpmFacts(true))).toEqual([
      'host.not-sealed',
      'place.not-proven-inside',
      'place.grade-too-low',
      'place.one-liar-suffices',
    ]);
  });

  it('never lifts a host with a TPM alone above G2', () => {
    expect(assess(hostTpmFacts(false)).label).toBe('G1');
    expect(assess(hostTpmFacts(true)).label).toBe('G2-tpm');
    expect(assess({ ...best, host: 'tpm' }).level).toBe('G2');
  });

  it('never lifts a device that has not attested itself, whatever its host proves', () => {
    for (const device of ['declared', 'host-reported'] as const) {
      expect(assess(deviceFactsUnder(best, device)).level).toBe('G0');
    }
    expect(assess(DECLARED).level).toBe('G0');
  });

  it('never rises when a fact gets weaker', () => {
    const place = fc.record<Place>({
      verdict: fc.constantFrom('unmeasured', 'proven-outside', 'proven-inside'),
      grade: fc.constantFrom('A', 'B', null),
      toleratedLiars: fc.constantFrom(null, 0, 1, 2),
      insideGeofence: fc.boolean(),
      keyCustody: fc.constantFrom('operator-extractable', 'sealed'),
    });
    const any = fc.record<Facts>({
      device: fc.constantFrom(...DEVICE_FACTS),
      host: fc.constantFrom(...HOST_FACTS),
      place,
      audit: fc.record({
        auditedAt: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
        tamperSignal: fc.boolean(),
      }),
      gpuBinding: fc.constantFrom(...gpuBinding.options),
    });
    const weakest: Facts = { ...DECLARED, audit: { auditedAt: null, tamperSignal: true } };
    const member = fc.constantFrom<keyof Facts>('device', 'host', 'place', 'audit', 'gpuBinding');
    fc.assert(
      fc.property(any, member, (facts, name) => {
        const weaker = { ...facts, [name]: weakest[name] };
        expect(reaches(assess(facts).level, assess(weaker).level)).toBe(true);
      }),
    );
  });
});

describe('reaches', () => {
  it('orders the levels and refuses names that are none', () => {
    for (const [index, level] of LEVELS.entries()) {
      for (const [other, minimum] of LEVELS.entries()) expect(reaches(level, minimum)).toBe(index >= other);
    }
    // @ts-expect-error a level that came from elsewhere
    expect(reaches('G5', 'G1')).toBe(false);
    // @ts-expect-error a minimum that came from elsewhere
    expect(reaches('G4', 'G9')).toBe(false);
  });
});
