import type { Position } from './antimeridian.ts';
import { type Cell, halves, ROOT_CELLS, splitsLongitude } from './cell.ts';
import { crossingAt, type Edges, edgesOf, touching } from './edges.ts';
import type { Place } from './wgs84.ts';

/** No named area: on a map of countries, water. */
export const NOWHERE = 0;

/** One named area: closed rings of [longitude, latitude], degrees, holes among them; edges are straight in both. */
export type NamedArea = { readonly name: string; readonly rings: readonly (readonly Position[])[] };

/**
 * Disjoint named areas, as a tree of cells. In a cell without edges every point has one label; in a cell with edges, only
 * the areas of those edges and the cell's centre can occur. The tree is built at once down to cells of few edges, so that
 * nobody's first question waits for it; the rest where somebody looks.
 */
export type Geography = {
  /** By label; the first is that of no area. */
  readonly names: readonly string[];
  readonly roots: readonly MapCell[];
};

/** Cells with more edges are halved when the map is read. What is left to do for a question is then microseconds a cell. */
const SETTLED_EDGES = 128;
/** Cells with fewer make their halves again each time: the tree that is kept stays as small as the map. */
const KEPT_EDGES = 8;

/** @throws RangeError for more areas than a label can tell apart */
export function geographyOf(areas: readonly NamedArea[]): Geography {
  if (areas.length > 32_000) throw new RangeError(`${areas.length} areas`);
  const edges = edgesOf(areas.map(({ rings }) => rings));
  const all = Int32Array.from({ length: edges.area.length }, (_, index) => index);
  // What closes an area along the antimeridian decides where it begins, and is a border nowhere.
  const borders = all.subarray(0, edges.borders);
  const roots = ROOT_CELLS.map(
    (cell) => new MapCell(cell, edges, touching(edges, borders, cell), labelAt(edges, all, cell)),
  );
  for (const root of roots) root.settle();
  return { names: ['', ...areas.map(({ name }) => name)], roots };
}

/** Degrees of latitude, about a millimetre: where a walk to a place ends beside a border. */
const BESIDE = 1e-8;

/**
 * The label of one place. Within a millimetre of a border it may be the neighbour's: good for naming where somebody says
 * that he stands, never for a proof.
 */
export function labelAtPlace({ roots }: Geography, { latitude, longitude }: Place): number {
  const holds = ({ cell }: MapCell): boolean =>
    Math.abs(latitude - cell.latitude) <= cell.halfLatitude &&
    Math.abs(longitude - cell.longitude) <= cell.halfLongitude;
  let at = roots.find(holds);
  if (at === undefined) throw new RangeError(`no place on Earth: ${latitude}, ${longitude}`);
  while (!at.uniform && at.cell.halfLatitude > BESIDE) {
    const [first, second]: readonly [MapCell, MapCell] = at.halves();
    at = holds(first) ? first : second;
  }
  return at.label;
}

/** A cell of the map. */
export class MapCell {
  readonly cell: Cell;
  /** Of the cell's centre. */
  readonly label: number;
  readonly #edges: Edges;
  #touching: Int32Array | null;
  #labels: readonly number[] | null = null;
  #halves: readonly [MapCell, MapCell] | null = null;

  constructor(cell: Cell, edges: Edges, touchingEdges: Int32Array, label: number) {
    this.cell = cell;
    this.label = label;
    this.#edges = edges;
    this.#touching = touchingEdges;
    if (touchingEdges.length === 0) this.#labels = [label];
  }

  /** True if every point of the cell has the label of its centre. */
  get uniform(): boolean {
    return this.labels.length === 1 && this.#touching?.length === 0;
  }

  /** Every label that a point of the cell can have; no area is always among them where there is an edge. */
  get labels(): readonly number[] {
    this.#labels ??= this.#halves === null ? this.#labelsOfEdges() : this.#labelsOfHalves(this.#halves);
    return this.#labels;
  }

  #labelsOfEdges(): readonly number[] {
    const labels = new Set([NOWHERE, this.label]);
    for (const edge of this.#touching ?? []) labels.add(this.#edges.area[edge] ?? NOWHERE);
    return [...labels];
  }

  #labelsOfHalves(both: readonly [MapCell, MapCell]): readonly number[] {
    return [...new Set([NOWHERE, ...both[0].labels, ...both[1].labels])];
  }

  /** Halves this cell and its halves, down to cells of few edges. */
  settle(): void {
    if ((this.#touching?.length ?? 0) > SETTLED_EDGES) for (const half of this.halves()) half.settle();
    void this.labels;
  }

  halves(): readonly [MapCell, MapCell] {
    if (this.#halves !== null) return this.#halves;
    const mine = this.#touching ?? new Int32Array(0);
    const made = halves(this.cell).map((half) => {
      const label = this.#labelOf(half, mine);
      return new MapCell(half, this.#edges, touching(this.#edges, mine, half), label);
    });
    const [first, second] = made;
    if (first === undefined || second === undefined) throw new TypeError('a cell has two halves');
    if (mine.length > KEPT_EDGES) {
      // The edges stand in the halves now.
      this.#halves = [first, second];
      this.#touching = null;
    }
    return [first, second];
  }

  /** The label of a half's centre: whoever walks there from this centre enters or leaves an area at each of its edges. */
  #labelOf(half: Cell, mine: Int32Array): number {
    if (mine.length === 0) return this.label;
    const inside = new Set(this.label === NOWHERE ? [] : [this.label]);
    const alongLongitude = splitsLongitude(this.cell);
    const [from, to] = alongLongitude
      ? [this.cell.longitude, half.longitude]
      : [this.cell.latitude, half.latitude];
    const at = alongLongitude ? this.cell.latitude : this.cell.longitude;
    for (const edge of mine) {
      const crossing = crossingAt(this.#edges, edge, at, alongLongitude);
      if (crossing !== null && crossing > Math.min(from, to) && crossing <= Math.max(from, to)) {
        toggle(inside, this.#edges.area[edge] ?? NOWHERE);
      }
    }
    return only(inside);
  }
}

function toggle(inside: Set<number>, label: number): void {
  if (!inside.delete(label)) inside.add(label);
}

/** @throws RangeError where areas overlap: a point then has no one label that anybody could authorise */
function only(inside: ReadonlySet<number>): number {
  const [label = NOWHERE, ...others] = inside;
  if (others.length > 0) throw new RangeError(`areas overlap: ${[...inside].join(', ')}`);
  return label;
}

/** The label of a cell's centre, by walking there from the western end of its parallel. */
function labelAt(edges: Edges, all: Int32Array, { latitude, longitude }: Cell): number {
  const inside = new Set<number>();
  for (const edge of all) {
    const crossing = crossingAt(edges, edge, latitude, true);
    if (crossing !== null && crossing <= longitude) toggle(inside, edges.area[edge] ?? NOWHERE);
  }
  return only(inside);
}
