import { cutAtAntimeridian, type Position } from '../antimeridian.ts';
import { isFarAway } from './cap.ts';
import { projectRing } from './path.ts';
import type { Pixel, Projection } from './projection.ts';

/**
 * Rings as one shape for the rule `evenodd`. A ring that goes around the centre of the map is drawn filled within; one
 * that on Earth holds what is opposite, and not the centre, is turned inside out by the map's own square.
 */
export function shapeOf(rings: readonly (readonly Position[])[], projection: Projection): Pixel[][] {
  return rings.flatMap((ring) => {
    if (isFarAway(ring, projection)) return [];
    const around = goesAround(ring, projection);
    if (!around && !mayShow(ring, projection)) return [];
    const drawn = projectRing(ring, projection);
    if (!around || holdsPlace(ring, projection.view.center)) return drawn.length > 2 ? [drawn] : [];
    return [drawn, wholeMap(projection)];
  });
}

/** Whether a ring turns once about the centre of the map: about the centre itself or about what is opposite. */
function goesAround(ring: readonly Position[], { polar }: Projection): boolean {
  let turned = 0;
  let last: number | null = null;
  for (const place of ring) {
    const { direction } = polar(place);
    if (last !== null) {
      const turn = direction - last;
      turned += turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
    }
    last = direction;
  }
  return Math.abs(turned) > Math.PI;
}

/** False only if the box around all corners of a ring lies beside the map. */
function mayShow(ring: readonly Position[], projection: Projection): boolean {
  const { pixels } = projection.view;
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const place of ring) {
    const [x, y] = projection.project(place);
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return west < pixels && east > 0 && north < pixels && south > 0;
}

/** Even and odd, on the flat map. */
function holdsPlace(ring: readonly Position[], [longitude, exact]: Position): boolean {
  // A pole is on the edge of the flat map: beside it the answer is the same.
  const latitude = Math.max(-89.999999, Math.min(89.999999, exact));
  const { edges, closing } = cutAtAntimeridian(ring);
  let inside = false;
  for (const [a, b] of [...edges, ...closing]) {
    if (a[1] > latitude === b[1] > latitude) continue;
    const crossing = a[0] + ((latitude - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
    if (crossing <= longitude) inside = !inside;
  }
  return inside;
}

function wholeMap({ view: { pixels } }: Projection): Pixel[] {
  const [low, high] = [-12, pixels + 12];
  return [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ];
}
