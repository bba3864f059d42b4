/** [longitude, latitude], degrees (RFC 7946, 3.1.1, without altitude). */
export type Position = readonly [number, number];

/** What `area` (area.ts) reads, as far as geometry goes: members of a facility's place as people draw it. */
export type Outline =
  | { readonly type: 'Point'; readonly coordinates: Position; readonly radiusMeters: number }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly (readonly Position[])[])[] };

/** Enough for any outline of a site; more would cost every later comparison. */
export const MAX_POSITIONS = 2_000;
/** A ring is closed: its first position is its last, so that a triangle has four. */
export const LEAST_RING_POSITIONS = 4;
export const MIN_RADIUS_METERS = 10;
/** A facility is a site, not a region: whatever is drawn wider is refused, with all that it would permit. */
export const MAX_EXTENT_METERS = 50_000;
const METERS_PER_DEGREE = 111_320;

/** What may be wrong with an outline whose positions are numbers on Earth. */
export const OUTLINE_FAULTS = {
  'too-many-positions': `at most ${MAX_POSITIONS} positions in all`,
  'not-closed': 'a ring must end where it begins (RFC 7946, 3.1.6)',
  antimeridian: 'a ring must not cross the antimeridian: cut it there (RFC 7946, 3.1.9)',
  repeated: 'a position is repeated',
  'crosses-itself': 'a ring must not cross or touch itself',
  'encloses-nothing': 'a ring must enclose something',
  'stray-hole': 'a hole must lie inside the first ring and apart from other holes (RFC 7946, 3.1.6)',
  'too-wide': `wider than ${(2 * MAX_EXTENT_METERS) / 1000} km`,
} as const;
export type OutlineFaultCode = keyof typeof OUTLINE_FAULTS;

export type OutlineFault = {
  /** Below the outline: `coordinates`, then the polygon's and the ring's place. */
  readonly path: readonly (string | number)[];
  readonly code: OutlineFaultCode;
  /** Which edges of the ring it is about, from 0, by the position that each begins at; none where it is about more than edges. */
  readonly edges: readonly number[];
};

/** What is wrong with an outline; a browser says it before anything is sent, by the code that refuses it. */
export function outlineFaults(value: Outline): OutlineFault[] {
  if (value.type === 'Point') return [];
  const polygons = value.type === 'Polygon' ? [value.coordinates] : value.coordinates;
  const all = polygons.flat(2);
  if (all.length > MAX_POSITIONS) return [{ path: ['coordinates'], code: 'too-many-positions', edges: [] }];
  const faults: OutlineFault[] = [];
  for (const [p, polygonRings] of polygons.entries()) {
    for (const [r, positions] of polygonRings.entries()) {
      const fault = faultOfRing(positions);
      const path = value.type === 'Polygon' ? ['coordinates', r] : ['coordinates', p, r];
      if (fault !== null) faults.push({ path, ...fault });
    }
  }
  if (faults.length === 0) {
    for (const [p, polygonRings] of polygons.entries()) {
      const r = strayHole(polygonRings);
      const path = value.type === 'Polygon' ? ['coordinates', r ?? 0] : ['coordinates', p, r ?? 0];
      if (r !== null) faults.push({ path, code: 'stray-hole', edges: [] });
    }
  }
  if (faults.length === 0 && extentMeters(all) > 2 * MAX_EXTENT_METERS) {
    faults.push({ path: ['coordinates'], code: 'too-wide', edges: [] });
  }
  return faults;
}

type RingFault = Pick<OutlineFault, 'code' | 'edges'>;

function faultOfRing(positions: readonly Position[]): RingFault | null {
  const first = positions[0];
  const last = positions.at(-1);
  if (first === undefined || last === undefined || first[0] !== last[0] || first[1] !== last[1]) {
    return { code: 'not-closed', edges: [] };
  }
  const edges = edgesOf(positions);
  const long = edges.findIndex(([a, b]) => Math.abs(a[0] - b[0]) > 180);
  if (long !== -1) return { code: 'antimeridian', edges: [long] };
  const empty = edges.findIndex(([a, b]) => a[0] === b[0] && a[1] === b[1]);
  if (empty !== -1) return { code: 'repeated', edges: [empty] };
  const crossing = crossingEdges(edges);
  if (crossing !== null) return { code: 'crosses-itself', edges: crossing };
  return Math.abs(twiceSignedArea(edges)) < 1e-12 ? { code: 'encloses-nothing', edges: [] } : null;
}

type Edge = readonly [Position, Position];

function edgesOf(positions: readonly Position[]): Edge[] {
  const edges: Edge[] = [];
  for (let index = 1; index < positions.length; index++) {
    const [from, to] = [positions[index - 1], positions[index]];
    if (from !== undefined && to !== undefined) edges.push([from, to]);
  }
  return edges;
}

/** The first pair of edges that meet and do not follow one another; a site's outline is short enough to try every pair. */
function crossingEdges(edges: readonly Edge[]): readonly [number, number] | null {
  for (const [i, [a, b]] of edges.entries()) {
    for (let j = i + 2; j < edges.length; j++) {
      if (i === 0 && j === edges.length - 1) continue;
      const edge = edges[j];
      if (edge !== undefined && segmentsMeet(a, b, edge[0], edge[1])) return [i, j];
    }
  }
  return null;
}

/** The first ring after the first that is no hole of it: one elsewhere would, even-odd, be ground. */
function strayHole(rings: readonly (readonly Position[])[]): number | null {
  const [outer, ...holes] = rings;
  if (outer === undefined) return null;
  const apart = (a: readonly Position[], b: readonly Position[]): boolean => {
    const others = edgesOf(b);
    return !edgesOf(a).some(([p, q]) => others.some(([r, s]) => segmentsMeet(p, q, r, s)));
  };
  const stray = holes.findIndex(
    (hole, index) =>
      !(apart(outer, hole) && holds(outer, hole[0])) ||
      holes
        .slice(0, index)
        .some((other) => !apart(other, hole) || holds(other, hole[0]) || holds(hole, other[0])),
  );
  return stray < 0 ? null : stray + 1;
}

/** Whether a ring holds a point that is on none of its edges. */
function holds(ring: readonly Position[], point: Position | undefined): boolean {
  if (point === undefined) return false;
  const [x, y] = point;
  const crossed = edgesOf(ring).filter(
    ([p, q]) => p[1] > y !== q[1] > y && p[0] + ((y - p[1]) / (q[1] - p[1])) * (q[0] - p[0]) > x,
  );
  return crossed.length % 2 === 1;
}

function segmentsMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  // Most pairs are apart, and boxes are cheaper than cross products.
  if (Math.max(a[0], b[0]) < Math.min(c[0], d[0]) || Math.max(c[0], d[0]) < Math.min(a[0], b[0]))
    return false;
  if (Math.max(a[1], b[1]) < Math.min(c[1], d[1]) || Math.max(c[1], d[1]) < Math.min(a[1], b[1]))
    return false;
  return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

function side(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function twiceSignedArea(edges: readonly Edge[]): number {
  return edges.reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0);
}

/** The longer side of the bounding box, roughly; of what is cut at the antimeridian, across it. */
function extentMeters(positions: readonly Position[]): number {
  const [south, north] = [Math.min(...positions.map(([, y]) => y)), Math.max(...positions.map(([, y]) => y))];
  const nearestToEquator = south <= 0 && north >= 0 ? 0 : Math.min(Math.abs(south), Math.abs(north));
  const [west, east] = boxLongitudes(positions.map(([x]) => x));
  const width = (east - west) * METERS_PER_DEGREE * Math.cos((nearestToEquator * Math.PI) / 180);
  return Math.max(width, (north - south) * METERS_PER_DEGREE);
}

/** The western and eastern end of the narrower box around some longitudes; across the antimeridian the eastern is above 180. */
export function boxLongitudes(longitudes: readonly number[]): readonly [west: number, east: number] {
  const ends = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const straight = ends(longitudes);
  const turned = ends(longitudes.map((x) => (x < 0 ? x + 360 : x)));
  return turned[1] - turned[0] < straight[1] - straight[0] ? turned : straight;
}
