import { escapedMarkup as escaped } from '../../bytes/markup.ts';
import { round } from './path.ts';
import type { Pixel } from './projection.ts';

/** A text on the map and the room that it takes. */
type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Places texts on a map, none over another. What finds no room is left out, so the most important come first. */
export class Labels {
  readonly #pixels: number;
  readonly #taken: Box[] = [];

  constructor(pixels: number) {
    this.#pixels = pixels;
  }

  /** Keeps labels away from something that is drawn there. */
  reserve([x, y]: Pixel, width: number, height: number): void {
    this.#taken.push({ x: x - width / 2, y: y - height / 2, width, height });
  }

  /** Beside a mark, on the first side where there is room; empty where there is none. */
  beside([x, y]: Pixel, text: string, size: number): string {
    const width = widthOf(text, size);
    const sides: readonly (readonly [anchor: string, left: number, dx: number, dy: number])[] = [
      ['start', x + 10, 10, 4],
      ['end', x - 10 - width, -10, 4],
      ['middle', x - width / 2, 0, -14],
      ['middle', x - width / 2, 0, 24],
    ];
    for (const [anchor, left, dx, dy] of sides) {
      const box = { x: left, y: y + dy - size, width, height: size * 1.25 };
      if (!this.#isFree(box)) continue;
      this.#taken.push(box);
      return `<text class="name" x="${round(x + dx)}" y="${round(y + dy)}" text-anchor="${anchor}" font-size="${size}">${escaped(text)}</text>`;
    }
    return '';
  }

  /** Inside a shape, as far from its edge as possible; empty where it does not fit. */
  within(rings: readonly (readonly Pixel[])[], text: string, size: number): string {
    const width = widthOf(text, size);
    const corners = rings.flatMap((ring) => densified(ring));
    let best: { readonly box: Box; readonly room: number; readonly at: Pixel } | null = null;
    for (let y = 24; y < this.#pixels - 12; y += 16) {
      for (let x = 24; x < this.#pixels - 24; x += 16) {
        if (!isInside([x, y], rings)) continue;
        const box = { x: x - width / 2, y: y - size * 0.8, width, height: size };
        if (!this.#isFree(box)) continue;
        // Room to the sides counts for less than room above and below: texts are wide.
        const away = corners.map(([cx, cy]) => Math.hypot((cx - x) * (size / (width / 2)), cy - y));
        const room = Math.min(...away, (x - width / 2) / 4, (this.#pixels - x - width / 2) / 4);
        if (best === null || room > best.room) best = { box, room, at: [x, y] };
      }
    }
    if (best === null || best.room < size * 0.55) return '';
    this.#taken.push(best.box);
    const [x, y] = best.at;
    return `<text class="country" x="${round(x)}" y="${round(y)}" text-anchor="middle" font-size="${size}">${escaped(text)}</text>`;
  }

  #isFree(box: Box): boolean {
    if (
      box.x < 4 ||
      box.y < 4 ||
      box.x + box.width > this.#pixels - 4 ||
      box.y + box.height > this.#pixels - 4
    )
      return false;
    return !this.#taken.some(
      (other) =>
        box.x < other.x + other.width &&
        other.x < box.x + box.width &&
        box.y < other.y + other.height &&
        other.y < box.y + box.height,
    );
  }
}

/** About: the reader's font is not known here. */
function widthOf(text: string, size: number): number {
  return [...text].length * size * 0.6;
}

/** Points on all sides, not farther apart than the letters of a label. */
function densified(ring: readonly Pixel[]): Pixel[] {
  return ring.flatMap((here, index): Pixel[] => {
    const before = ring.at(index - 1) ?? here;
    const steps = Math.max(1, Math.ceil(Math.hypot(here[0] - before[0], here[1] - before[1]) / 12));
    return Array.from({ length: steps }, (_, step): Pixel => {
      const share = (step + 1) / steps;
      return [before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])];
    });
  });
}

function isInside([x, y]: Pixel, rings: readonly (readonly Pixel[])[]): boolean {
  let inside = false;
  for (const ring of rings) {
    for (const [index, b] of ring.entries()) {
      const a = ring.at(index - 1) ?? b;
      if (a[1] > y !== b[1] > y && a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]) > x) inside = !inside;
    }
  }
  return inside;
}
