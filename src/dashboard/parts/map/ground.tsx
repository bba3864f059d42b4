import { useEffect, useRef, useState } from 'react';
import { type Shape, shapesOf, useAtlas, WORLD_UNITS } from './atlas.ts';
import type { Frame, Size } from './plane.ts';

/** Nearer than this, pixels for the width of the Earth, the coarse borders are seen to be coarse. */
const FINE_SCALE = 24_000;

/** Land, sea and borders: nothing of it is information that is not beside the map in words. */
export function Ground({ frame, size }: { readonly frame: Frame; readonly size: Size }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const near = frame.scale > FINE_SCALE;
  const coarse = useAtlas('coarse', !near);
  const fine = useAtlas('fine', near);
  const atlas = near ? (fine ?? coarse) : (coarse ?? fine);
  const look = useLook();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another appearance is another drawing
  useEffect(() => {
    if (canvas.current !== null)
      draw(canvas.current, frame, size, atlas === undefined ? [] : shapesOf(atlas));
  }, [frame, size, atlas, look]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus
  return <canvas ref={canvas} className="map__ground" aria-hidden="true" data-ready={atlas !== undefined} />;
}

function draw(
  canvas: HTMLCanvasElement,
  frame: Frame,
  { width, height }: Size,
  shapes: readonly Shape[],
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const density = window.devicePixelRatio;
  const [wide, high] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  // The style sheet says the colours: what is computed is resolved for light or dark.
  const { backgroundColor, fill, stroke } = getComputedStyle(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, wide, high);
  context.fillStyle = fill;
  context.strokeStyle = stroke;
  const perUnit = (frame.scale * density) / WORLD_UNITS;
  context.lineWidth = (0.8 * density) / perUnit;
  const [halfX, halfY] = [width / 2 / frame.scale, height / 2 / frame.scale];
  const [x, y] = frame.center;
  // The world goes on beyond its edge.
  for (const turn of [-1, 0, 1]) {
    const [west, east, north, south] = [x - halfX - turn, x + halfX - turn, y - halfY, y + halfY];
    if (east < 0 || west > 1) continue;
    context.setTransform(
      perUnit,
      0,
      0,
      perUnit,
      (width / 2 + (turn - x) * frame.scale) * density,
      (height / 2 - y * frame.scale) * density,
    );
    for (const { box, path } of shapes) {
      if (box[2] < west || box[0] > east || box[3] < north || box[1] > south) continue;
      context.fill(path());
      context.stroke(path());
    }
  }
}

/** Changes with light and dark, by the system or by choice. */
function useLook(): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const changed = (): void => setTurn((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(changed);
    system.addEventListener('change', changed);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', changed);
      chosen.disconnect();
    };
  }, []);
  return turn;
}
