import { middleOf } from '../../../location/authorised-area.ts';
import { chordMeters, toEcef } from '../../../location/wgs84.ts';
import type { Facility, Landmark } from './types.ts';

const SHOWN = 8;

export type Near = { readonly landmark: Landmark; readonly meters: number };

/** The landmarks that stand nearest to the middle of an outline, straight through the Earth, as bounds are measured. */
export function nearestOf(area: Facility['area'], landmarks: readonly Landmark[]): readonly Near[] {
  const middle = toEcef(middleOf(area));
  return landmarks
    .map((landmark) => ({ landmark, meters: chordMeters(middle, toEcef(landmark)) }))
    .sort((a, b) => a.meters - b.meters)
    .slice(0, SHOWN);
}
