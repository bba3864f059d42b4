import { cellRadiusMeters, type Ecef, type Place, toEcef } from './wgs84.ts';

/** A rectangle of latitude and longitude, degrees: its centre and half of its extents. It never crosses the antimeridian. */
export type Cell = Place & { readonly halfLatitude: number; readonly halfLongitude: number };

/** The whole Earth, in eight. */
export const ROOT_CELLS: readonly Cell[] = [-45, 45].flatMap((latitude) =>
  [-135, -45, 45, 135].map((longitude) => ({ latitude, longitude, halfLatitude: 45, halfLongitude: 45 })),
);

const RADIANS = Math.PI / 180;

/** A cell is halved along its longer side, so that cells stay compact up to the poles. */
export function splitsLongitude({ latitude, halfLatitude, halfLongitude }: Cell): boolean {
  const nearestEquator = Math.max(0, Math.abs(latitude) - halfLatitude);
  return halfLongitude * Math.cos(nearestEquator * RADIANS) > halfLatitude;
}

/** The halves of a cell, the one nearer the south-west first. */
export function halves(cell: Cell): readonly [Cell, Cell] {
  const { latitude, longitude } = cell;
  if (splitsLongitude(cell)) {
    const halfLongitude = cell.halfLongitude / 2;
    return [
      { ...cell, longitude: longitude - halfLongitude, halfLongitude },
      { ...cell, longitude: longitude + halfLongitude, halfLongitude },
    ];
  }
  const halfLatitude = cell.halfLatitude / 2;
  return [
    { ...cell, latitude: latitude - halfLatitude, halfLatitude },
    { ...cell, latitude: latitude + halfLatitude, halfLatitude },
  ];
}

/** A ball that holds the whole cell. */
export type Ball = { readonly center: Ecef; readonly radiusMeters: number };

export function ballOf(cell: Cell): Ball {
  return {
    center: toEcef(cell),
    radiusMeters: cellRadiusMeters(cell, cell.halfLatitude, cell.halfLongitude),
  };
}
