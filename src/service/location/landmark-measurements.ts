import { formatInstant } from '../../bytes/instant.ts';
import { spansOf } from '../../location/mesh.ts';
import type { LandmarkMeasurements } from '../../protocol/history.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { readMesh } from './standings.ts';

/**
 * What one landmark and others measured of each other, as the verifier weighs it: whoever may read trust inputs may read it.
 * @throws RequestError `not_found` for a landmark that is not in force
 */
export async function landmarkMeasurements(context: Context, id: string): Promise<LandmarkMeasurements> {
  const at = context.clock();
  return context.store.read(async (view) => {
    const trust = await effectiveTrust(context, view);
    const inForce = trust.landmarks.map(({ landmark }) => landmark);
    if (!inForce.some((landmark) => landmark.id === id)) {
      throw new RequestError('not_found', 'there is no such landmark in force');
    }
    const { pairs, former } = await readMesh(view, trust);
    const known = new Map([...inForce, ...former].map((landmark) => [landmark.id, landmark]));
    const items = new Map<string, LandmarkMeasurements['items'][number]>();
    for (const pair of pairs) {
      const [a, b] = [known.get(pair.from), known.get(pair.to)];
      if (a === undefined || b === undefined || (pair.from !== id && pair.to !== id)) continue;
      const spans = spansOf(a, b, pair);
      const item = {
        from: nameOf(pair.from),
        to: nameOf(pair.to),
        at: formatInstant(pair.at),
        minRttNanos: pair.minRttNanos,
        ...spans,
        contradicts: spans.distanceMeters > spans.reachMeters,
        withdrawn: pair.from.includes(' ') || pair.to.includes(' '),
      };
      // The newest is the fastest too, as long as none is faster.
      items.set(`${pair.from} ${pair.to} ${item.at} ${item.minRttNanos}`, item);
    }
    return { at: formatInstant(at), items: [...items.values()] };
  });
}

/** A landmark that was withdrawn goes by its name and its digest there: see standings.ts. */
function nameOf(id: string): string {
  return id.split(' ', 1)[0] ?? id;
}
