import { z } from 'zod';
import type { OpenAct } from './open-act.ts';
import type { Tally } from './tally.ts';

const endedBody = z.object({ orderId: z.string(), outcomes: z.record(z.string(), z.int().min(1)) });

/**
 * Counts what came of an order of challenges. A device that did not answer is no fault of the log: it is listed among what could not be checked, with
 * its outcome as the reason.
 */
export function countChallenges({ body }: OpenAct, tally: Tally): void {
  const { orderId, outcomes } = endedBody.parse(body);
  for (const [outcome, count] of Object.entries(outcomes)) {
    if (outcome === 'answered') tally.holds('challenges.answered', count);
    else tally.unchecked('challenges.answered', outcome, orderId, count);
  }
}
