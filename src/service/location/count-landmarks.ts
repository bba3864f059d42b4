import type { LandmarkStanding } from '../../protocol/overview.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { standingsNow } from './standings.ts';

/** How many landmarks count, and why the others do not. */
export async function countLandmarks(
  context: Pick<Context, 'store'>,
  view: View,
  trust: EffectiveTrust,
  at: Date,
): Promise<{ readonly [S in LandmarkStanding]: number }> {
  const counts: Record<LandmarkStanding, number> = {
    counts: 0,
    quarantined: 0,
    'audit-lapsed': 0,
    'place-unproven': 0,
  };
  for (const { why } of (await standingsNow(context, view, trust, at)).values()) counts[why ?? 'counts']++;
  return counts;
}
