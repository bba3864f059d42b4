import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  framing,
  panned,
  pixelOf,
  positionAt,
  toPoint,
  zoomed,
} from '../../../src/dashboard/parts/map/plane.ts';
import { auditStandOf } from '../../../src/dashboard/views/facility/audit-stand.ts';
import { countingAt } from '../../../src/dashboard/views/facility/counting.ts';
import { wrongSince } from '../../../src/dashboard/views/landmark/wrong.ts';
import { clustersOf } from '../../../src/dashboard/views/map/clusters.ts';

const SIZE = { width: 800, height: 500 };
const NOW = new Date('2026-11-01T00:00:00Z');

describe('a map', () => {
  it('frames places across the antimeridian by the short way, and one by its surroundings', () => {
    const frame = framing(
      [
        [179, -17],
        [-179, -16],
      ],
      SIZE,
    );
    const [left] = pixelOf(frame, SIZE, [179, -17]);
    const [right] = pixelOf(frame, SIZE, [-179, -16]);
    expect([left > 0, right < SIZE.width, right - left > 200]).toEqual([true, true, true]);
    expect(framing([[8.66, 50.1]], SIZE).center).toEqual(toPoint([8.66, 50.1]));
  });

  it('holds what is under the pointer when it comes nearer, and reads places where it draws them', () => {
    const place = fc.tuple(
      fc.double({ min: -179, max: 179, noNaN: true }),
      fc.double({ min: -70, max: 70, noNaN: true }),
    );
    fc.assert(
      fc.property(place, fc.double({ min: 1.1, max: 4, noNaN: true }), (position, factor) => {
        const frame = panned(framing([position], SIZE), 120, -60);
        const pixel = pixelOf(frame, SIZE, position);
        const nearer = zoomed(frame, SIZE, factor, pixel);
        const [x, y] = pixelOf(nearer, SIZE, position);
        expect(Math.hypot(x - pixel[0], y - pixel[1])).toBeLessThan(0.01);
        const [longitude, latitude] = positionAt(nearer, SIZE, [x, y]);
        expect(Math.hypot(longitude - position[0], latitude - position[1])).toBeLessThan(1e-3);
      }),
      { numRuns: 50 },
    );
  });

  it('draws what is near as one, at the first, and loses nothing', () => {
    const points: readonly (readonly [number, number])[] = [
      [10, 10],
      [30, 10],
      [60, 10],
      [300, 10],
    ];
    const clusters = clustersOf(points, (point) => point, 46);
    expect(clusters.map(({ at, members }) => [at[0], members.length])).toEqual([
      [10, 2],
      [60, 1],
      [300, 1],
    ]);
  });
});

const landmark = (
  standing: 'counts' | 'quarantined' | 'audit-lapsed' | 'place-unproven',
  placeBasis: 'audit' | 'mesh',
) => ({ id: 'a', standing, placeBasis }) as Parameters<typeof wrongSince>[0]; // as much of it as is asked
const measured = (to: string, at: string, contradicts: boolean) => ({
  ...{ from: to === 'a' ? 'b' : 'a', to, at, contradicts, withdrawn: false },
  ...{ minRttNanos: 1, reachMeters: 1, distanceMeters: 1 },
});

describe('what is shown of a place', () => {
  it('says since when a landmark does not count, by what is kept', () => {
    const all = [
      measured('a', '2026-10-03T00:00:00.000Z', false),
      measured('b', '2026-10-02T00:00:00.000Z', true),
      measured('a', '2026-10-01T00:00:00.000Z', true),
    ];
    expect(wrongSince(landmark('counts', 'mesh'), all, null)).toBeNull();
    expect(wrongSince(landmark('quarantined', 'mesh'), all, null)).toBe('2026-10-01T00:00:00.000Z');
    expect(wrongSince(landmark('place-unproven', 'mesh'), all, null)).toBe('2026-10-04T00:00:00.000Z');
    expect(wrongSince(landmark('place-unproven', 'mesh'), [], null)).toBeNull();
    expect(wrongSince(landmark('audit-lapsed', 'audit'), all, '2025-09-01T00:00:00Z')).toBe(
      '2026-10-02T00:00:00.000Z',
    );
    expect(wrongSince(landmark('audit-lapsed', 'audit'), all, 'never')).toBeNull();
  });

  it('counts an audit until its end, a signal of tampering at once, and no end that cannot be read', () => {
    const content = { validUntil: '2026-12-01T00:00:00Z', tamperSignal: false };
    expect(auditStandOf({ state: 'effective', content }, NOW)).toBe('counts');
    expect(
      auditStandOf({ state: 'effective', content: { ...content, validUntil: '2026-11-01T00:00:00Z' } }, NOW),
    ).toBe('lapsed');
    expect(auditStandOf({ state: 'effective', content: {} }, NOW)).toBe('lapsed');
    expect(auditStandOf({ state: 'proposed', content }, NOW)).toBe('proposed');
    expect(auditStandOf({ state: 'proposed', content: { ...content, tamperSignal: true } }, NOW)).toBe(
      'tampered',
    );
    expect(auditStandOf({ state: 'superseded', content: { ...content, tamperSignal: true } }, NOW)).toBe(
      'ended',
    );
  });

  it('has the period that began last count, and none once that is over or withdrawn', () => {
    const period = (
      from: string,
      until: string | null,
      leafIndex: number,
      withdrawnAt: string | null = null,
    ) => ({
      ...{ id: `fap_${leafIndex}`, from, until, tier: null, governmentAgreement: false, decidedBy: 'prn_1' },
      ...{ decidedAt: from, reason: 'seen', withdrawnAt, leafIndex },
    });
    const long = period('2026-01-01T00:00:00Z', null, 1);
    const short = period('2026-06-01T00:00:00Z', '2026-10-01T00:00:00Z', 2);
    const later = period('2027-01-01T00:00:00Z', null, 3);
    expect(countingAt([long, later], NOW)).toBe(long);
    expect(countingAt([long, short, later], NOW)).toBeNull();
    expect(countingAt([long, short], new Date('2026-07-01T00:00:00Z'))).toBe(short);
    expect(countingAt([{ ...long, withdrawnAt: '2026-02-01T00:00:00Z' }], NOW)).toBeNull();
  });
});
