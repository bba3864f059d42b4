import { nrasJudgement, nrasQuestion } from '../../protocol/nras.ts';
import type { Context } from '../../service/context.ts';
import { judgeNras } from '../../service/nras/judge.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

/** The greatest answer, escaped as JSON in JSON. */
const MAX_BYTES = 160 * 1024;

export function nrasRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/nras-judgements',
      operationId: 'judgeNras',
      summary: 'Whether an answer of NVIDIA’s attestation service is its word, and what it says',
      description:
        'Judged by the service’s keys as this verifier fetched them, or as they were imported. Nothing is recorded, and no device earns a level by it: a host’s own evidence does that.',
      tag: 'Hosts',
      authorise: { scheme: 'bearer', scope: 'hosts:read', effect: 'reads' },
      body: jsonBody(nrasQuestion, MAX_BYTES),
      responses: { 200: { description: 'The judgement.', schema: nrasJudgement } },
      handle: async ({ caller, body }) => ok(await judgeNras(context, caller, body)),
    }),
  ];
}
