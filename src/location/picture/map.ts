import type { Bound } from '../bound.ts';
import { ROOT_CELLS } from '../cell.ts';
import { coverOf, extentOf } from '../cover.ts';
import { partitionOf } from '../partition.ts';
import { chordMeters } from '../wgs84.ts';
import { diskRing } from './disks.ts';
import { conflictOf } from './fit.ts';
import { Labels } from './labels.ts';
import { shapeOf } from './land.ts';
import { facilityMark, landmarkMark, scaleBar } from './marks.ts';
import { pathOf, projectLine, round } from './path.ts';
import { type Pixel, type Projection, WHOLE_EARTH_METERS } from './projection.ts';
import type { DrawnArea, Proof } from './proof.ts';
import { bordersOf, regionRings } from './region-shape.ts';

/** More lines than these hide what they show. */
const MOST_DISKS = 24;
const MOST_NAMES = 12;
/** On the border of the region: each is about a pixel or two. */
const BORDER_CELLS = 1_200;

/** The parts of a map, back to front, and how many landmarks shape the region. */
export type Drawn = {
  readonly svg: string;
  readonly shaping: number;
  readonly disks: number;
  /** Of the areas that show. */
  readonly roles: ReadonlySet<DrawnArea['role']>;
};

/** @param id distinguishes what is referred to in this picture from others on one page */
export function drawMap(proof: Proof, projection: Projection, id: string): Drawn {
  const { bounds, region, landmarks, facility, areas } = proof;
  const placeOf = new Map(landmarks.map(({ id: landmarkId, place }) => [landmarkId, place]));
  const partition = partitionOf(region, BORDER_CELLS);
  const rings = regionRings(partition, region);
  const shaping = rings.length === 0 ? conflictOf(bounds) : shapingOf(proof);
  const near = [...shaping, ...bounds.filter((bound) => !shaping.includes(bound))];

  const land = areas.map((area) => ({ area, shape: shapeOf(area.rings, projection) }));
  const disks = disksOf(shaping.slice(0, MOST_DISKS), placeOf, projection);
  const everywhere = partition.border.length === 0 && partition.inner.length === ROOT_CELLS.length;
  const shape = everywhere ? globe(projection) : pathOf(shapeOf(rings, projection));
  const border = bordersOf(rings).flatMap((line) => projectLine(line, projection));
  const edge = pathOf(border, '');
  const star =
    facility === null ? null : projection.project([facility.place.longitude, facility.place.latitude]);
  const marked = star !== null && shows(star, projection) ? star : null;
  const marks = marksOf(near, placeOf, projection);

  const labels = new Labels(projection.view.pixels);
  if (star !== null) labels.reserve(star, 18, 18);
  labels.reserve([90, projection.view.pixels - 24], 180, 40);
  for (const { at } of marks.slice(0, 60)) labels.reserve([at[0], at[1] - 1], 14, 14);
  const names = [
    ...(marked !== null && facility !== null ? [labels.beside(marked, facility.name, 14)] : []),
    ...marks.slice(0, MOST_NAMES).map(({ at, name }) => labels.beside(at, name, 11)),
  ];
  const countries = countryNames(land, labels);

  const svg = [
    ...landPaths(land),
    shape === '' ? '' : `<path fill="url(#${id}-hatch)" fill-rule="evenodd" d="${shape}"/>`,
    edge === '' ? '' : `<path class="edge" d="${edge}"/>`,
    ...disks.map((d) => `<path class="${rings.length === 0 ? 'conflict' : 'disk'}" d="${d}"/>`),
    ...countries,
    ...marks.map(({ at }) => landmarkMark(at)),
    marked === null ? '' : facilityMark(marked),
    ...names,
    scaleBar(projection),
  ].filter((part) => part !== '');
  const roles = new Set(land.filter(({ shape: drawn }) => drawn.length > 0).map(({ area }) => area.role));
  return { svg: svg.join('\n'), shaping: shaping.length, disks: disks.length, roles };
}

type Places = ReadonlyMap<string, Proof['landmarks'][number]['place']>;
type DrawnLand = { readonly area: DrawnArea; readonly shape: ReturnType<typeof shapeOf> };

/** What is forbidden over what is neither, and what is authorised over both. */
function landPaths(land: readonly DrawnLand[]): string[] {
  return land
    .filter(({ shape }) => shape.length > 0)
    .toSorted((a, b) => rank(b.area) - rank(a.area))
    .map(({ area, shape }) => `<path class="${lookOf(area)}" fill-rule="evenodd" d="${pathOf(shape)}"/>`);
}

/** Where names are many, those of authorised countries have their places first. */
function countryNames(land: readonly DrawnLand[], labels: Labels): string[] {
  return land
    .filter(({ shape }) => shape.length > 0)
    .toSorted((a, b) => rank(a.area) - rank(b.area))
    .map(({ area, shape }) => labels.within(shape, area.name, area.role === 'other' ? 12 : 14));
}

/** The edges of disks, as paths. */
function disksOf(bounds: readonly Bound[], placeOf: Places, projection: Projection): string[] {
  return bounds.flatMap((bound) => {
    const place = placeOf.get(bound.landmarkId);
    const ring = place === undefined ? null : diskRing(bound, place);
    const line = ring === null ? [] : projectLine(ring, projection);
    return line.length === 0 ? [] : [pathOf(line, '')];
  });
}

/** The landmarks of bounds, those that show. */
function marksOf(bounds: readonly Bound[], placeOf: Places, projection: Projection) {
  return bounds.flatMap(({ landmarkId }) => {
    const place = placeOf.get(landmarkId);
    const at = place === undefined ? null : projection.project([place.longitude, place.latitude]);
    return at !== null && shows(at, projection) ? [{ at, name: landmarkId }] : [];
  });
}

function shows([x, y]: Pixel, { view }: Projection): boolean {
  return Math.min(x, y) > 4 && Math.max(x, y) < view.pixels - 4;
}

function rank({ role }: DrawnArea): number {
  return role === 'authorised' ? 0 : role === 'forbidden' ? 1 : 2;
}

function lookOf({ role }: DrawnArea): string {
  return role === 'other' ? 'land' : role;
}

/** The bounds that do not hold all of the region, the tightest first. */
function shapingOf({ region, bounds }: Proof): readonly Bound[] {
  const extent = extentOf(coverOf(region, 256));
  if (extent === null) return bounds;
  return bounds
    .filter(
      ({ center, radiusMeters }) => chordMeters(center, extent.center) + extent.radiusMeters > radiusMeters,
    )
    .toSorted((a, b) => a.radiusMeters - b.radiusMeters);
}

/** All that there is on the map. */
function globe({ view: { pixels, halfMeters } }: Projection): string {
  const middle = pixels / 2;
  const reach = round((middle * WHOLE_EARTH_METERS) / halfMeters);
  return `M${middle} ${middle}m-${reach} 0a${reach} ${reach} 0 1 0 ${2 * Number(reach)} 0a${reach} ${reach} 0 1 0 -${2 * Number(reach)} 0Z`;
}
