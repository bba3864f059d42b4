import { type Ball, ballOf, type Cell, halves, ROOT_CELLS } from './cell.ts';
import { type Region, touches } from './region.ts';
import { chordMeters, type Ecef } from './wgs84.ts';

/** Cells that together hold the whole region; some points of the outermost may lie outside it. */
export type Cover = readonly Cell[];

/**
 * Covers a region with at most `maxCells` cells, of about one size: the largest is halved first, and what no point of the
 * region can be in is dropped. Empty only for a region that is proven empty.
 */
export function coverOf(region: Region, maxCells = 512): Cover {
  let cells = ROOT_CELLS.map(withBall).filter(({ ball }) => touches(region, ball));
  while (cells.length > 0 && cells.length <= maxCells) {
    const radius = Math.max(...cells.map(({ ball }) => ball.radiusMeters));
    if (radius < 1) break;
    const next = cells.flatMap((entry) =>
      entry.ball.radiusMeters < radius * 0.6
        ? [entry]
        : halves(entry.cell)
            .map(withBall)
            .filter(({ ball }) => touches(region, ball)),
    );
    if (next.length > maxCells) break;
    cells = next;
  }
  return cells.map(({ cell }) => cell);
}

/** A ball around all of a region: how well the host is placed, whatever the borders. Null for an empty cover. */
export function extentOf(cover: Cover): Ball | null {
  if (cover.length === 0) return null;
  const balls = cover.map(ballOf);
  const center = middleOf(balls);
  const reach = balls.map((ball) => chordMeters(center, ball.center) + ball.radiusMeters);
  return { center, radiusMeters: Math.max(...reach) };
}

function withBall(cell: Cell): { readonly cell: Cell; readonly ball: Ball } {
  return { cell, ball: ballOf(cell) };
}

/** The middle of the box around all centres: nearer to the best centre than their mean, which crowds pull aside. */
function middleOf(balls: readonly Ball[]): Ecef {
  const middle = (axis: keyof Ecef): number => {
    const values = balls.map(({ center }) => center[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  return { x: middle('x'), y: middle('y'), z: middle('z') };
}
