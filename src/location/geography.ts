import { cutAtAntimeridian, type Edge, type Position } from './antimeridian.ts';
import { type Cell, halves, ROOT_CELLS, splitsLongitude } from './cell.ts';

/** No named area: on a map of countries, water. */
export const NOWHERE = 0;

/** One named area: closed rings of [longitude, latitude], degrees, holes among them; edges are straight in both. */
export type NamedArea = { readonly name: string; readonly rings: readonly (readonly Position[])[] };

/** Edges of all areas. Each is stored once for every area that it bounds, its ends in one order, whoever's it is. */
type Edges = {
  /** west, south-or-start, east, end: four figures an edge. */
  readonly ends: Float64Array;
  /** The area it bounds. */
  readonly area: Int16Array;
};

/**
 * Disjoint named areas, as a tree of cells that is built where somebody looks. In a cell without edges every point has one
 * label; in a cell with edges, only the areas of those edges and the cell's centre can occur.
 */
export type Geography = {
  /** By label; the first is that of no area. */
  readonly names: readonly string[];
  readonly roots: readonly MapCell[];
};

/** Beyond this, halves are made again each time: the tree that is kept stays as small as the map. */
const KEPT_EDGES = 8;

/** @throws RangeError for more areas than a label can tell apart */
export function geographyOf(areas: readonly NamedArea[]): Geography {
  if (areas.length > 32_000) throw new RangeError(`${areas.length} areas`);
  const flat = areas.flatMap(({ rings }, index) =>
    rings.map((ring) => ({ ...cutAtAntimeridian(ring), label: index + 1 })),
  );
  const bounding = flat.flatMap(({ edges, label }) => edges.map((edge) => ({ edge, label })));
  const closing = flat.flatMap(({ closing: list, label }) => list.map((edge) => ({ edge, label })));
  const edges = edgesOf([...bounding, ...closing]);
  const all = Int32Array.from({ length: edges.area.length }, (_, index) => index);
  // What closes an area along the antimeridian decides where it begins, and is a border nowhere.
  const borders = all.subarray(0, bounding.length);
  return {
    names: ['', ...areas.map(({ name }) => name)],
    roots: ROOT_CELLS.map(
      (cell) => new MapCell(cell, edges, touching(edges, borders, cell), labelAt(edges, all, cell)),
    ),
  };
}

/** Each with its ends in one order, so that neighbours agree to the last bit on where they cross a line. */
function edgesOf(list: readonly { readonly edge: Edge; readonly label: number }[]): Edges {
  const ends = new Float64Array(4 * list.length);
  const area = new Int16Array(list.length);
  for (const [index, { edge, label }] of list.entries()) {
    const [a, b] = edge;
    const forward = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
    ends.set(forward ? [...a, ...b] : [...b, ...a], 4 * index);
    area[index] = label;
  }
  return { ends, area };
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
    this.#labels ??= [
      ...new Set([
        NOWHERE,
        this.label,
        ...Array.from(this.#touching ?? [], (edge) => this.#edges.area[edge] ?? 0),
      ]),
    ];
    return this.#labels;
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
      // The labels are asked for again; the edges stand in the halves now.
      void this.labels;
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

/** Where an edge crosses a parallel (its longitude) or a meridian (its latitude); null where it does not. */
function crossingAt({ ends }: Edges, edge: number, at: number, parallel: boolean): number | null {
  const [x1, y1, x2, y2] = [
    ends[4 * edge] ?? 0,
    ends[4 * edge + 1] ?? 0,
    ends[4 * edge + 2] ?? 0,
    ends[4 * edge + 3] ?? 0,
  ];
  const [a, b, c, d] = parallel ? [y1, y2, x1, x2] : [x1, x2, y1, y2];
  // Half open: a corner that two edges share is crossed by one of them.
  if (a > at === b > at) return null;
  return c + ((at - a) / (b - a)) * (d - c);
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

/** Those of `candidates` that touch the cell, its border included: a few too many do no harm, one too few would. */
function touching({ ends }: Edges, candidates: Int32Array, cell: Cell): Int32Array {
  const west = cell.longitude - cell.halfLongitude - SLACK;
  const east = cell.longitude + cell.halfLongitude + SLACK;
  const south = cell.latitude - cell.halfLatitude - SLACK;
  const north = cell.latitude + cell.halfLatitude + SLACK;
  return candidates.filter((edge) => {
    const [x1, y1, x2, y2] = [
      ends[4 * edge] ?? 0,
      ends[4 * edge + 1] ?? 0,
      ends[4 * edge + 2] ?? 0,
      ends[4 * edge + 3] ?? 0,
    ];
    if (x1 > east || x2 < west || Math.min(y1, y2) > north || Math.max(y1, y2) < south) return false;
    // Left out only if all four corners lie on one side of the edge's line.
    const side = (x: number, y: number): number => (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
    const corners = [side(west, south), side(west, north), side(east, south), side(east, north)];
    return !(corners.every((value) => value > 0) || corners.every((value) => value < 0));
  });
}

/** Degrees: far above what rounding can shift, far below what anybody could stand on. */
const SLACK = 1e-9;
