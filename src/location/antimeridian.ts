/** Degrees; longitude first, as GeoJSON has it. */
export type Position = readonly [longitude: number, latitude: number];
export type Edge = readonly [Position, Position];

/** A ring on the flat map. */
export type FlatRing = {
  readonly edges: readonly Edge[];
  /** Along both sides of the map, where the ring was cut: they bound nothing, they only close it. */
  readonly closing: readonly Edge[];
};

/**
 * The edges of a closed ring on the flat map from -180 to 180 degrees. A ring may run across the antimeridian, where its
 * longitude jumps by more than half a turn: there it is cut, and closed along both sides of the map. A ring that crosses
 * an odd number of times goes around a pole, and is closed there. Rings that come cut (RFC 7946, 3.1.9) are left as they are.
 */
export function cutAtAntimeridian(ring: readonly Position[]): FlatRing {
  const edges: Edge[] = [];
  const closing: Edge[] = [];
  const crossings: number[] = [];
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    if (a === undefined || b === undefined) continue;
    if (Math.abs(a[0] - b[0]) <= 180) {
      const alongCut = Math.abs(a[0]) === 180 && a[0] === b[0];
      (alongCut ? closing : edges).push([a, b]);
      continue;
    }
    const side = Math.sign(a[0]) * 180;
    const turned = b[0] + 2 * side;
    const latitude = turned === a[0] ? a[1] : a[1] + ((side - a[0]) / (turned - a[0])) * (b[1] - a[1]);
    crossings.push(latitude);
    edges.push([a, [side, latitude]], [[-side, latitude], b]);
  }
  if (crossings.length % 2 === 1) {
    const southern = crossings.reduce((sum, latitude) => sum + latitude, 0) < 0;
    crossings.push(southern ? -90 : 90);
  }
  crossings.sort((a, b) => a - b);
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const [from = 0, to = 0] = [crossings[index], crossings[index + 1]];
    closing.push(
      [
        [-180, from],
        [-180, to],
      ],
      [
        [180, from],
        [180, to],
      ],
    );
  }
  return { edges, closing };
}
