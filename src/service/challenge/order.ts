import type { ChallengeRequest } from '../../protocol/challenge.ts';
import { populationOf } from '../../record/challenge/draw.ts';
import { insertDecisionInput } from '../../store/attestation/decisions.ts';
import { insertOrder } from '../../store/challenges/statements.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { schedule } from '../schedule/schedule.ts';
import { longestLifeMs } from '../session/pace.ts';
import { askEverySeconds } from './ask.ts';
import { readPopulation } from './population.ts';
import { type OrderWithDevices, readOrder } from './read.ts';

/** Within what an order must be drawn: else its auditor could wait for a tree that he likes. */
const DRAWN_WITHIN_MS = 3_600_000;
const DEFAULT_ANSWER_S = 3_600;
const SHORTEST_ANSWER_S = 60;

/**
 * Orders challenges of devices that are drawn later, once this order stands in the log (draw.ts). What it is drawn from is fixed now.
 *
 * @throws RequestError `not_found`; `invalid_request`
 */
export async function orderChallenges(
  context: Context,
  by: Principal,
  request: ChallengeRequest,
): Promise<OrderWithDevices> {
  const at = context.clock();
  const { of, commitment, reason } = request;
  const answerWithinMs = 1000 * answerSeconds(context, request.answerWithinSeconds);
  const population = populationOf(await context.store.read((view) => readPopulation(view, by, of, at)));
  const size = population.ids.length;
  const wanted = Math.min(size, request.devices ?? Math.ceil((size * (request.percent ?? 100)) / 100));
  return context.store.write(async (tx) => {
    const id = newIdentifier('chl', context);
    const told = { wanted, population: size, populationSha256: population.sha256, commitment };
    const body = { orderId: id, of: `${of.kind}:${of.id}`, ...told, answerWithinMs, reason, by: by.id };
    const leafIndex = await recordAct(tx, context, {
      type: 'challenge.ordered',
      at,
      tenant: VERIFIER_TENANT,
      body,
    });
    await tx.run(insertDecisionInput, { sha256: population.sha256, content: population.text });
    await tx.run(insertOrder, {
      id,
      of_kind: of.kind,
      of_id: of.id,
      wanted,
      answer_within_ms: answerWithinMs,
      commitment,
      population: size,
      population_sha256: population.sha256,
      reason,
      ordered_by: by.id,
      ordered_at_ms: at.getTime(),
      leaf_index: leafIndex,
    });
    await schedule(tx, 'challenge', id, new Date(at.getTime() + DRAWN_WITHIN_MS));
    return readOrder(tx, id);
  });
}

/** A host must have asked in the meantime, and evidence that answers at the last moment must still be good for something. */
function answerSeconds(context: Context, wanted: number | undefined): number {
  const least = Math.max(SHORTEST_ANSWER_S, 2 * askEverySeconds(context));
  const most = Math.max(least, Math.floor(longestLifeMs(context.config) / 1000));
  const seconds = wanted ?? Math.max(least, Math.min(DEFAULT_ANSWER_S, most));
  if (seconds >= least && seconds <= most) return seconds;
  throw new RequestError(
    'invalid_request',
    'hosts could not answer in that time, or their answer would be too old',
    {
      path: 'body.answerWithinSeconds',
      expected: `${least} to ${most}`,
      actual: String(seconds),
    },
  );
}
