import { describe, expect, it } from 'vitest';
import type { Landmark, MeshPair } from '../../src/location/landmark.ts';
import { contradictions } from '../../src/location/mesh.ts';
import { standings } from '../../src/location/standing.ts';
import { chordMeters, toEcef } from '../../src/location/wgs84.ts';
import { AT, daysBefore, honestNanos, landmark, nanosReaching } from './landmarks.ts';

const frankfurt = landmark('frankfurt', { latitude: 50.11, longitude: 8.68 });
const paris = landmark('paris', { latitude: 48.86, longitude: 2.35 });
const berlin = landmark('berlin', { latitude: 52.52, longitude: 13.4 });
const milan = landmark('milan', { latitude: 45.46, longitude: 9.19 });
const vienna = landmark('vienna', { latitude: 48.21, longitude: 16.37 });
const audited = [frankfurt, paris, berlin, milan, vienna];
/** Nobody looked at it; it says so of a place within 400 km. */
const munich = landmark(
  'munich',
  { latitude: 48.14, longitude: 11.58 },
  { basis: { kind: 'mesh' }, uncertaintyMeters: 400_000 },
);

const pair = (from: Landmark, to: Landmark, changes: Partial<MeshPair> = {}): MeshPair => ({
  from: from.id,
  to: to.id,
  minRttNanos: honestNanos(from.place, to.place),
  clockErrorPpm: 100,
  at: daysBefore(0.5),
  ...changes,
});
const measuredBy = (landmarks: readonly Landmark[], changes: Partial<MeshPair> = {}): MeshPair[] =>
  landmarks.map((from) => pair(from, munich, changes));
const why = (landmarks: readonly Landmark[], pairs: readonly MeshPair[]) =>
  Object.fromEntries([...standings(landmarks, pairs, AT)].map(([id, standing]) => [id, standing.why]));

describe('where landmarks stand', () => {
  it('is known by an audit, until the audit is too old', () => {
    expect(why([frankfurt], [])).toEqual({ frankfurt: null });
    const counting = standings([frankfurt], [], AT).get('frankfurt');
    expect(counting).toMatchObject({
      tolerance: { A: 5, B: 5 },
      until: new Date(AT.getTime() + 366 * 86_400_000),
    });
    for (const auditedAt of [daysBefore(396), daysBefore(-1), new Date(Number.NaN)]) {
      expect(why([{ ...frankfurt, basis: { kind: 'audit', auditedAt } }], [])).toEqual({
        frankfurt: 'audit-lapsed',
      });
    }
  });

  it('is proven by the mesh, as far as that survives liars', () => {
    const [first] = [standings([...audited, munich], measuredBy(audited), AT).get('munich')];
    expect(first).toMatchObject({ why: null, tolerance: { A: null, B: 1 } });
    expect(first?.until).toEqual(new Date(AT.getTime() + 43_200_000));
    const nearer = standings(
      [...audited, { ...munich, uncertaintyMeters: 700_000 }],
      measuredBy(audited),
      AT,
    ).get('munich');
    expect(nearer).toMatchObject({ tolerance: { A: 1, B: 2 } });
    const fewer = standings([...audited, munich], measuredBy(audited.slice(0, 3)), AT).get('munich');
    expect(fewer?.tolerance.B ?? 0).toBeLessThan(first?.tolerance.B ?? 0);
  });

  it('is known no longer than what proves it', () => {
    const endsSoon = daysBefore(395.9);
    const early = { ...milan, basis: { kind: 'audit', auditedAt: endsSoon } } as const;
    const end = new Date(endsSoon.getTime() + 396 * 86_400_000);
    const known = [frankfurt, paris, berlin, early, vienna];
    const first = standings([...known, munich], measuredBy(known), AT);
    expect(first.get('munich')).toMatchObject({ why: null, until: end });
    // Through any number of others.
    const zurich = landmark(
      'zurich',
      { latitude: 47.37, longitude: 8.54 },
      { basis: { kind: 'mesh' }, uncertaintyMeters: 700_000 },
    );
    const by = [frankfurt, paris, munich];
    const pairs = [...measuredBy(known), ...by.map((from) => pair(from, zurich, { at: AT }))];
    const second = standings([...known, munich, zurich], pairs, AT).get('zurich');
    expect(second).toMatchObject({ why: null, until: end });
    const without = pairs.filter(({ from, to }) => from !== 'munich' || to !== 'zurich');
    expect(standings([...known, munich, zurich], without, AT).get('zurich')?.until).not.toEqual(end);
  });

  it.each([
    ['nobody measured it', []],
    ['one alone measured it', measuredBy([frankfurt])],
    ['those are of one control group', measuredBy([frankfurt, { ...frankfurt, id: 'berlin' }])],
    ['they measured it too long ago', measuredBy(audited, { at: daysBefore(1) })],
    ['they measured it in the future', measuredBy(audited, { at: daysBefore(-0.1) })],
    ['they measured it as too far', measuredBy(audited, { minRttNanos: 30_000_000 })],
    ['it measured others, and nobody it', audited.map((to) => pair(munich, to))],
  ])('is not proven by the mesh if %s', (_, pairs) => {
    const one = [frankfurt, { ...frankfurt, id: 'berlin' }, paris, milan, vienna];
    const known = pairs.length === 2 ? one : audited;
    expect(why([...known, munich], pairs)['munich']).toBe('place-unproven');
  });

  it('is not proven by what a landmark of its own control group measures', () => {
    const own: Landmark = { ...munich, operator: frankfurt.operator };
    const pairs = measuredBy(audited);
    expect(why([...audited, munich], pairs)['munich']).toBeNull();
    expect(why([...audited, own], pairs)['munich']).toBe('place-unproven');
  });

  it('is not proven by a ring of landmarks that vouch for each other', () => {
    const ring = audited.map(
      (each): Landmark => ({ ...each, basis: { kind: 'mesh' }, uncertaintyMeters: 2_000_000 }),
    );
    const pairs = ring.flatMap((from) => ring.filter((to) => to !== from).map((to) => pair(from, to)));
    expect(new Set(Object.values(why(ring, pairs)))).toEqual(new Set(['place-unproven']));
    // With some that were audited it is, and through those for others.
    const anchored = ring.map((each, index) => (index < 3 ? (audited[index] ?? each) : each));
    expect(new Set(Object.values(why(anchored, pairs)))).toEqual(new Set([null]));
  });

  it('does not count where a landmark measures faster than light', () => {
    const tooFast = (from: Landmark, to: Landmark) => pair(from, to, { minRttNanos: 100_000 });
    const pairs = [tooFast(paris, berlin), tooFast(paris, vienna), tooFast(milan, paris)];
    expect(why(audited, pairs)).toEqual({
      frankfurt: null,
      paris: 'quarantined',
      berlin: null,
      milan: null,
      vienna: null,
    });
    // Its whole control group with it.
    const sister = landmark('sister', { latitude: 60, longitude: 10 }, { operator: paris.operator });
    expect(why([...audited, sister], pairs)['sister']).toBe('quarantined');
    // For a month, although it measures nothing any more.
    const then = pairs.map((each) => ({ ...each, at: daysBefore(29) }));
    expect(why(audited, then)['paris']).toBe('quarantined');
    expect(
      why(
        audited,
        pairs.map((each) => ({ ...each, at: daysBefore(31) })),
      )['paris'],
    ).toBeNull();
  });

  it('is of one control group with those whom a landmark ties to it that was withdrawn', () => {
    const link = { ...landmark('link', berlin.place), operator: paris.operator, company: milan.company };
    const groupsOf = (former: readonly Landmark[]) =>
      [...standings([milan, paris, vienna], [], AT, former).values()].map(({ controlGroup }) => controlGroup);
    expect(groupsOf([])).toEqual(['milan', 'paris', 'vienna']);
    // Called by the least of those that are in force, whatever the former one was called.
    expect(groupsOf([{ ...link, id: 'a sha' }])).toEqual(['milan', 'milan', 'vienna']);
  });

  it('is not cleared by a withdrawal of whom it contradicted', () => {
    const pairs = [pair(paris, berlin, { minRttNanos: 100_000 })];
    expect(why([paris, berlin], pairs)).toEqual({ paris: 'quarantined', berlin: 'quarantined' });
    const gone = { ...berlin, id: 'berlin sha' };
    const now = pairs.map((each) => ({ ...each, to: gone.id }));
    const found = standings([paris, frankfurt], now, AT, [gone]);
    expect([...found.values()].map(({ why: reason }) => reason)).toEqual(['quarantined', null]);
    expect([...found.keys()]).toEqual(['paris', 'frankfurt']);
  });
});

describe('contradictions of the mesh', () => {
  const byId = new Map(audited.map((each) => [each.id, each]));
  const apart = chordMeters(toEcef(frankfurt.place), toEcef(paris.place));
  const between = (minRttNanos: number) =>
    contradictions(byId, [pair(frankfurt, paris, { minRttNanos })]).map(({ from, to }) => [from, to]);

  it('are pairs that light could not have covered, uncertainties and margins included', () => {
    expect(between(honestNanos(frankfurt.place, paris.place, 0))).toEqual([]);
    expect(between(nanosReaching(apart, 'A'))).toEqual([]);
    expect(between(nanosReaching(apart - 1_000, 'A'))).toEqual([['frankfurt', 'paris']]);
  });

  it('include one-way figures given for round trips', () => {
    const light = (2 * apart) / 0.299_792_458;
    expect(between(Math.ceil(light))).toEqual([]);
    expect(between(Math.ceil(light / 2))).toEqual([['frankfurt', 'paris']]);
  });

  it('are none of landmarks that are not known, nor of one with itself', () => {
    expect(contradictions(new Map([['paris', paris]]), [pair(frankfurt, paris, { minRttNanos: 1 })])).toEqual(
      [],
    );
    expect(contradictions(byId, [pair(paris, paris, { minRttNanos: 1 })])).toEqual([]);
  });
});
