import type { Position } from '../antimeridian.ts';
import type { Bound } from '../bound.ts';
import { chordMeters, type Place, toEcef } from '../wgs84.ts';

const RADIANS = Math.PI / 180;
const EARTH_METERS = 6_371_009;
const CORNERS = 180;
/** Twice the mean radius: a bound that reaches farther excludes nothing. */
const ACROSS_METERS = 2 * EARTH_METERS;

/**
 * Where a bound ends on the ellipsoid: the places at its chord from the landmark, in every direction. Closed; null for a
 * bound that holds the whole Earth.
 */
export function diskRing({ center, radiusMeters }: Bound, landmark: Place): Position[] | null {
  if (radiusMeters >= ACROSS_METERS * 0.999) return null;
  const first = 2 * Math.asin(radiusMeters / ACROSS_METERS);
  return Array.from({ length: CORNERS + 1 }, (_, index): Position => {
    const direction = (2 * Math.PI * index) / CORNERS;
    let arc = first;
    let place = along(landmark, arc, direction);
    for (let step = 0; step < 5; step++) {
      const missing = radiusMeters - chordMeters(toEcef(place), center);
      const slope = EARTH_METERS * Math.max(0.02, Math.cos(arc / 2));
      arc = Math.min(Math.PI, Math.max(0, arc + missing / slope));
      place = along(landmark, arc, direction);
    }
    return [place.longitude, place.latitude];
  });
}

/** On a sphere. */
export function along({ latitude, longitude }: Place, arc: number, direction: number): Place {
  const phi = latitude * RADIANS;
  const sine = Math.sin(phi) * Math.cos(arc) + Math.cos(phi) * Math.sin(arc) * Math.cos(direction);
  const east = Math.sin(direction) * Math.sin(arc) * Math.cos(phi);
  const turn = Math.atan2(east, Math.cos(arc) - Math.sin(phi) * sine) / RADIANS;
  const around = longitude + turn;
  return {
    latitude: Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS,
    longitude: around - 360 * Math.round(around / 360),
  };
}
