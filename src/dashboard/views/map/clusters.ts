import type { Point } from '../../parts/map/plane.ts';

export type Cluster<T> = { readonly at: Point; readonly members: readonly T[] };

/** Things whose marks would lie over each other are one mark, at the first of them: whoever is listed first keeps its place. */
export function clustersOf<T>(
  things: readonly T[],
  atOf: (thing: T) => Point,
  apartPx: number,
): readonly Cluster<T>[] {
  const cells = new Map<string, { readonly at: Point; readonly members: T[] }[]>();
  const found: { readonly at: Point; readonly members: T[] }[] = [];
  const cellOf = ([x, y]: Point, dx = 0, dy = 0): string =>
    `${Math.floor(x / apartPx) + dx} ${Math.floor(y / apartPx) + dy}`;
  for (const thing of things) {
    const at = atOf(thing);
    const near = NEIGHBOURS.flatMap(([dx, dy]) => cells.get(cellOf(at, dx, dy)) ?? []).find(
      (cluster) => Math.hypot(cluster.at[0] - at[0], cluster.at[1] - at[1]) < apartPx,
    );
    if (near !== undefined) {
      near.members.push(thing);
      continue;
    }
    const cluster = { at, members: [thing] };
    found.push(cluster);
    const cell = cellOf(at);
    cells.set(cell, [...(cells.get(cell) ?? []), cluster]);
  }
  return found;
}

const NEIGHBOURS = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy] as const));
