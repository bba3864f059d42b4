import type { Standing } from '../../location/standing.ts';
import type { Context } from '../context.ts';
import { effectiveTrust } from '../trust/effective.ts';
import type { LandmarkInForce } from '../trust/landmarks.ts';
import { standingsNow } from './standings.ts';

export type ListedLandmark = { readonly inForce: LandmarkInForce; readonly standing: Standing };

/** Every landmark in force with how it counts now. They are trust inputs: whoever may read any may read all. */
export async function listLandmarks(
  context: Context,
): Promise<{ readonly at: Date; readonly items: readonly ListedLandmark[] }> {
  const at = context.clock();
  return context.store.read(async (view) => {
    const trust = await effectiveTrust(context, view);
    const standings = await standingsNow(context, view, trust, at);
    const items = trust.landmarks.flatMap((inForce) => {
      const standing = standings.get(inForce.landmark.id);
      return standing === undefined ? [] : [{ inForce, standing }];
    });
    return { at, items };
  });
}
