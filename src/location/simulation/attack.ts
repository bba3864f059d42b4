import { type Bound, boundOf, type Grade, nanosFor } from '../bound.ts';
import { chordMeters, type Place, toEcef } from '../wgs84.ts';
import type { Draw } from './draw.ts';
import type { Scene, SimulatedLandmark } from './scene.ts';

/** What an adversary does whose key is not in the country that it is to be proven in. `none` is an honest host. */
export const ATTACKS = [
  'none',
  'added-delay',
  'stolen-key',
  'lying-low',
  'lying-high',
  'misplaced',
  'mixed',
] as const;
export type Attack = (typeof ATTACKS)[number];

type Lie = 'low' | 'high' | 'misplaced';

/**
 * What the landmarks report of a key, all margins of an honest measurement in it.
 *
 * Signals take the straight line at the grade's speed where the adversary wants them fast, and any time longer where it
 * wants them slow. A landmark that lies *low* reports whatever makes the facility look right, down to nothing; *high*,
 * anything longer; one that is *misplaced* measures truly, but stands near the key and says that it stands elsewhere.
 *
 * @param liars whole control groups, those nearest to the facility: they prove most
 */
export function report(
  draw: Draw,
  scene: Scene,
  key: Place,
  grade: Grade,
  { attack, liars }: { readonly attack: Attack; readonly liars: number },
): readonly Bound[] {
  const lying = groupsNearest(scene).slice(0, liesIn(attack) ? liars : 0);
  const lieOf = new Map(lying.map((group) => [group, lieIn(draw, attack)]));
  return scene.landmarks.map((landmark) => {
    const lie = lieOf.get(landmark.controlGroup);
    const { id, controlGroup, stated: place, uncertaintyMeters, clockErrorPpm } = landmark;
    const minRttNanos = Math.ceil(reportedNanos(draw, scene, landmark, key, grade, attack, lie));
    return boundOf(
      { landmarkId: id, controlGroup, place, uncertaintyMeters, minRttNanos, clockErrorPpm },
      grade,
    );
  });
}

function reportedNanos(
  draw: Draw,
  { facility }: Scene,
  landmark: SimulatedLandmark,
  key: Place,
  grade: Grade,
  attack: Attack,
  lie: Lie | undefined,
): number {
  const between = (a: Place, b: Place): number => nanosFor(chordMeters(toEcef(a), toEcef(b)), grade);
  // What a clock shows that runs slow by no more than it states.
  const clock = 1 - draw.between(0, landmark.clockErrorPpm) / 1e6;
  const looksRight = between(landmark.stated, facility);
  switch (lie) {
    case 'low':
      // Liars who agree on the facility; now and then one exaggerates.
      return looksRight * (draw.whole(0, 7) === 0 ? draw.between(0, 1) : draw.between(1, 1.1));
    case 'high':
      return between(landmark.actual, key) * clock + draw.magnitude(1e3, 1e9);
    case 'misplaced':
      // It may stand beside the key; what it measures then bounds the key's distance from there.
      return between(draw.away(key, draw.magnitude(10, 50_000)), key) * clock;
    case undefined:
      break;
    default:
      return unreachable(lie);
  }
  const fastest = between(landmark.actual, key) * clock;
  if (attack === 'stolen-key') return fastest;
  // Cables wind and queues fill; an adversary who delays makes each landmark see what it would see of the facility.
  const ordinary = fastest * draw.between(1, 1.6) + draw.magnitude(1e4, 3e6);
  if (attack === 'none') return ordinary;
  return Math.max(fastest, looksRight * draw.between(1, 1.1));
}

/** Control groups, the one with the landmark nearest to the facility first. */
function groupsNearest({ facility, landmarks }: Scene): readonly string[] {
  const here = toEcef(facility);
  const byDistance = landmarks
    .map(({ controlGroup, stated }) => ({ controlGroup, meters: chordMeters(here, toEcef(stated)) }))
    .sort((a, b) => a.meters - b.meters);
  return [...new Set(byDistance.map(({ controlGroup }) => controlGroup))];
}

/** Whether landmarks take part in it. */
export function liesIn(attack: Attack): boolean {
  return attack === 'lying-low' || attack === 'lying-high' || attack === 'misplaced' || attack === 'mixed';
}

function lieIn(draw: Draw, attack: Attack): Lie {
  if (attack === 'lying-low') return 'low';
  if (attack === 'lying-high') return 'high';
  if (attack === 'misplaced') return 'misplaced';
  return (['low', 'high', 'misplaced'] as const)[draw.whole(0, 2)] ?? 'low';
}

function unreachable(value: never): never {
  throw new TypeError(`no such lie: ${String(value)}`);
}
