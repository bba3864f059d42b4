/** A seeded source of figures: a failure names its seed, and comes back with it. */
export type Draw = {
  /** From `low` up to, not including, `high`. */
  readonly between: (low: number, high: number) => number;
  readonly whole: (low: number, high: number) => number;
  readonly place: () => { latitude: number; longitude: number };
  /** A place about so many metres away, on a sphere: near enough for drawing cases. */
  readonly near: (
    from: { latitude: number; longitude: number },
    meters: number,
  ) => { latitude: number; longitude: number };
};

const RADIANS = Math.PI / 180;
const EARTH_METERS = 6_371_000;

/** mulberry32. */
export function draw(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low: number, high: number): number => low + next() * (high - low);
  return {
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    place: () => ({
      latitude: Math.asin(between(-1, 1)) / RADIANS,
      longitude: between(-180, 180),
    }),
    near: ({ latitude, longitude }, meters) => {
      const [angle, bearing] = [meters / EARTH_METERS, between(0, 2 * Math.PI)];
      const phi = latitude * RADIANS;
      const sine = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
      const east = Math.sin(bearing) * Math.sin(angle) * Math.cos(phi);
      const turn = Math.atan2(east, Math.cos(angle) - Math.sin(phi) * sine) / RADIANS;
      return {
        latitude: Math.asin(Math.max(-1, Math.min(1, sine))) / RADIANS,
        longitude: ((((longitude + turn + 180) % 360) + 360) % 360) - 180,
      };
    },
  };
}
