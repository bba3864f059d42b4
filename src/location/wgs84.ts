/** WGS 84 (NGA.STND.0036), metres. */
const SEMI_MAJOR_METERS = 6_378_137;
const ECCENTRICITY_SQUARED = 6.694379990141e-3;
/** The largest radius of curvature there is, at the poles: a²/b. No step of latitude is longer than this allows. */
const MAX_CURVATURE_RADIUS_METERS = 6_399_593.7;

const RADIANS = Math.PI / 180;

/** Degrees, geodetic. */
export type Place = { readonly latitude: number; readonly longitude: number };

/** Earth-centred, Earth-fixed coordinates of a point on the ellipsoid, metres. */
export type Ecef = { readonly x: number; readonly y: number; readonly z: number };

export function toEcef({ latitude, longitude }: Place): Ecef {
  const sine = Math.sin(latitude * RADIANS);
  const n = SEMI_MAJOR_METERS / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine);
  const p = n * Math.cos(latitude * RADIANS);
  return {
    x: p * Math.cos(longitude * RADIANS),
    y: p * Math.sin(longitude * RADIANS),
    z: n * (1 - ECCENTRICITY_SQUARED) * sine,
  };
}

/** Through the Earth, not around it: nothing that carries a signal is shorter, on any surface and at any height. */
export function chordMeters(a: Ecef, b: Ecef): number {
  const [dx, dy, dz] = [a.x - b.x, a.y - b.y, a.z - b.z];
  // Math.hypot guards against overflow that no place on Earth reaches, and takes twenty times as long.
  return Math.sqrt(dx * dx + dy * dy + dz * dz);
}

/** Distance from the Earth's axis at a latitude, metres. */
function axisDistanceMeters(latitude: number): number {
  const sine = Math.sin(latitude * RADIANS);
  return (
    (SEMI_MAJOR_METERS * Math.cos(latitude * RADIANS)) / Math.sqrt(1 - ECCENTRICITY_SQUARED * sine * sine)
  );
}

/**
 * How far any point of a cell of latitude and longitude can be from its centre, metres, through the Earth.
 *
 * For two points at axis distances p and q, heights z and w over the equator, and a difference of longitude l, the
 * squared chord is (p-q)² + (z-w)² + 2pq(1 - cos l). The first two terms are the chord of a meridian's arc, no longer than
 * the arc; the last is at most p·q·l². So the bound holds for every cell, wherever it lies.
 *
 * @param halfLatitude half the cell's extent, degrees
 * @param halfLongitude half the cell's extent, degrees
 */
export function cellRadiusMeters(center: Place, halfLatitude: number, halfLongitude: number): number {
  const nearestEquator = Math.max(0, Math.abs(center.latitude) - halfLatitude);
  const meridian = MAX_CURVATURE_RADIUS_METERS * halfLatitude * RADIANS;
  const parallel =
    axisDistanceMeters(nearestEquator) * axisDistanceMeters(center.latitude) * (halfLongitude * RADIANS) ** 2;
  return Math.sqrt(meridian * meridian + parallel);
}

/** The place below or above a point near the ellipsoid, by Bowring's formula: within a millimetre there; for drawing. */
export function toPlace({ x, y, z }: Ecef): Place {
  const semiMinor = SEMI_MAJOR_METERS * Math.sqrt(1 - ECCENTRICITY_SQUARED);
  const p = Math.hypot(x, y);
  const reduced = Math.atan2(z * SEMI_MAJOR_METERS, p * semiMinor);
  const second = ECCENTRICITY_SQUARED / (1 - ECCENTRICITY_SQUARED);
  const latitude = Math.atan2(
    z + second * semiMinor * Math.sin(reduced) ** 3,
    p - ECCENTRICITY_SQUARED * SEMI_MAJOR_METERS * Math.cos(reduced) ** 3,
  );
  return { latitude: latitude / RADIANS, longitude: Math.atan2(y, x) / RADIANS };
}
