import { hash } from 'node:crypto';
import { domain } from '../bytes/domain.ts';
import { toHex, toUtf8 } from '../bytes/text.ts';
import type { Standing } from './standing.ts';
import { chordMeters, type Place, toEcef } from './wgs84.ts';

/** Landmarks so near prove most: 2f + 1 control groups of them leave f + 1 honest ones even if f lie. */
const NEAR_METERS = 100_000;
/** A site needs few; permits are for 32 landmarks at most. */
const MAX_ON_SITE = 4;
/** Far ones are drawn from the nearest of each direction; the farther a landmark, the less it excludes. */
const DIRECTIONS = 8;
const NEAREST_OF_A_DIRECTION = 4;
/** Two operators, so that a host which stands there is proven to, whichever of them may lie. */
const FROM_A_DIRECTION = 2;

export type Drawing = {
  readonly standings: readonly Standing[];
  readonly near: Place;
  /** Landmarks on the site, by id: all of them measure, for nobody else can prove the outline. */
  readonly onSite?: ReadonlySet<string>;
  /** f that the near ones are to survive. */
  readonly tolerance: number;
  /** 32 random bytes, made for this drawing: nobody knows before whom a host will be measured by. */
  readonly seed: Uint8Array;
};

/**
 * Which landmarks a host is measured by: those on its site, those that share a city with it up to 2f + 1 control groups, the nearest others where those are too few, and two operators' in each direction besides. Only landmarks that count.
 */
export function drawLandmarks({ standings, near, onSite = new Set(), tolerance, seed }: Drawing): Standing[] {
  const at = toEcef(near);
  const counting = standings
    .filter(({ why }) => why === null)
    .map((standing) => ({ standing, ...relation(near, standing.landmark.place) }))
    .map((entry) => ({ ...entry, distance: chordMeters(at, toEcef(entry.standing.landmark.place)) }))
    .map((entry) => ({ ...entry, rank: rankOf(seed, entry.standing.landmark.id) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const drawn = new Map<string, Standing>();
  const groups = new Set<string>();
  const draw = ({ standing }: (typeof counting)[number]): void => {
    drawn.set(standing.landmark.id, standing);
    groups.add(standing.controlGroup);
  };
  for (const entry of counting
    .filter(({ standing }) => onSite.has(standing.landmark.id))
    .slice(0, MAX_ON_SITE)) {
    draw(entry);
  }
  const wanted = 2 * tolerance + 1;
  const local = counting.filter(({ distance }) => distance <= NEAR_METERS);
  const others = counting.filter(({ distance }) => distance > NEAR_METERS);
  const nearestFirst = others.toSorted((a, b) => a.distance - b.distance);
  for (const entry of [...local, ...nearestFirst]) {
    if (groups.size >= wanted) break;
    if (!groups.has(entry.standing.controlGroup)) draw(entry);
  }
  // Of those near by all groups may be few: a second landmark of the same group still bounds, it only counts once.
  for (const entry of local.slice(0, wanted)) draw(entry);
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const operators = new Map<string, (typeof counting)[number]>();
    for (const entry of nearestFirst) {
      const { controlGroup, landmark } = entry.standing;
      if (entry.direction !== direction || drawn.has(landmark.id) || operators.has(controlGroup)) continue;
      if (operators.size < NEAREST_OF_A_DIRECTION) operators.set(controlGroup, entry);
    }
    const shuffled = [...operators.values()].sort((a, b) => (a.rank < b.rank ? -1 : 1));
    for (const entry of shuffled.slice(0, FROM_A_DIRECTION)) draw(entry);
  }
  return [...drawn.values()];
}

function rankOf(seed: Uint8Array, id: string): string {
  return toHex(hash('sha256', domain('landmark-draw', seed, toUtf8(id, 'landmarkId')), 'buffer'));
}

/** Which eighth of the compass, roughly: for a spread, not for geometry. */
function relation(from: Place, to: Place): { readonly direction: number } {
  const east = ((to.longitude - from.longitude + 540) % 360) - 180;
  const scaled = east * Math.cos((from.latitude * Math.PI) / 180);
  const turn = Math.atan2(scaled, to.latitude - from.latitude) / (2 * Math.PI) + 1;
  return { direction: Math.floor((turn % 1) * DIRECTIONS) };
}
