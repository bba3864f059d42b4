import { round } from './path.ts';
import type { Pixel, Projection } from './projection.ts';
import { distance } from './words.ts';

/** A landmark: a triangle on its foot. */
export function landmarkMark([x, y]: Pixel): string {
  return `<path class="landmark" d="M${round(x)} ${round(y - 7)}l6 11h-12z"/>`;
}

/** A facility: a star of five points. */
export function facilityMark([x, y]: Pixel): string {
  const points = Array.from({ length: 10 }, (_, index) => {
    const [angle, reach] = [(index * Math.PI) / 5, index % 2 === 0 ? 9.5 : 4];
    return `${round(x + reach * Math.sin(angle))} ${round(y - reach * Math.cos(angle))}`;
  });
  return `<path class="facility" d="M${points.join('L')}Z"/>`;
}

const BROKEN = ['broken', 'm-5 -5l10 10m0-10l-10 10'] as const;
const SIGNS: ReadonlyMap<string, readonly [look: string, stroke: string]> = new Map([
  ['proven-inside', ['proven', 'm-6 0l4 5 8-10']],
  // As much a proof, and of the opposite: nobody shall take it for an approval.
  ['proven-outside', ['outside', 'm-6 0h12']],
  ['inconclusive', ['unproven', 'm-4 -4a4 4 0 1 1 5 4q-1 .6-1 2.4m0 5v.1']],
]);

/** The name of a verdict's colour. */
export function lookOf(verdict: string): string {
  const [look] = SIGNS.get(verdict) ?? BROKEN;
  return look;
}

/** What a verdict is, without colour: a tick, a bar, a query or a cross in a disk. */
export function signOf(verdict: string, [x, y]: Pixel): string {
  const [look, stroke] = SIGNS.get(verdict) ?? BROKEN;
  return `<circle class="${look}" cx="${x}" cy="${y}" r="14"/><path class="sign" d="M${x} ${y}${stroke}"/>`;
}

/** A bar of a round length, about a quarter of the map at most. */
export function scaleBar({ pixelsPerMeter, view: { pixels } }: Projection): string {
  const longest = pixels / 4 / pixelsPerMeter;
  const power = 10 ** Math.floor(Math.log10(longest));
  const meters = power * ([5, 2, 1].find((digit) => digit * power <= longest) ?? 1);
  const [x, y, width] = [18, pixels - 18, meters * pixelsPerMeter];
  const plate = Math.max(width, 60) + 20;
  return (
    `<rect class="plate" x="${x - 8}" y="${y - 24}" width="${round(plate)}" height="34" rx="4"/>` +
    `<path class="bar" d="M${x} ${y - 5}v5h${round(width)}v-5"/>` +
    `<text x="${x}" y="${y - 10}" font-size="12">${distance(meters)}</text>`
  );
}
