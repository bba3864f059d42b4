import { z } from 'zod';
import { decision, decisionRequest } from '../../protocol/decision.ts';
import { decisionListed, decisionListQuery } from '../../protocol/history.ts';
import { decisionId } from '../../protocol/identifier.ts';
import { pageOf } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import {
  type Decided,
  decideUnderLicence,
  getDecision,
  requireStillAllowed,
} from '../../service/decision/decide.ts';
import { listDecisions } from '../../service/history.ts';
import { presentIssued } from '../grants/present.ts';
import { pageReply } from '../pages.ts';
import { receiptOf } from '../receipted.ts';
import { type KeptReply, ok, type Reply } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentListed } from './present.ts';

const tag = 'Licences';
/** Ten thousand devices fit. */
const MAX_BYTES = 1 << 20;

export function decisionRoutes(context: Context): Route[] {
  const answer = async ({ decision: said, leafIndex, grants }: Decided): Promise<Reply> =>
    ok({
      ...said,
      grants: grants.map(presentIssued),
      ...(leafIndex === null ? {} : await receiptOf(context, leafIndex)),
    });
  return [
    route({
      method: 'POST',
      path: '/v1/decisions',
      operationId: 'decide',
      summary: 'May these devices be used, or these chips delivered, under this licence, now?',
      description:
        'Denials carry every reason. Under the same Idempotency-Key the same question gets the same decision again; an allow only while it still holds.',
      tag,
      authorise: { scheme: 'bearer', scope: 'decisions:request', effect: 'changes' },
      body: jsonBody(decisionRequest, MAX_BYTES),
      responses: { 200: { description: 'Allow or deny, and why.', schema: decision } },
      handle: async ({ caller, body }) => answer(await decideUnderLicence(context, caller, body)),
      again: async ({ caller, body }, before) => {
        if (outcomeOf(before) === 'allow') await requireStillAllowed(context, caller, body);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/decisions',
      operationId: 'listDecisions',
      summary: 'Decisions, newest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'decisions:read', effect: 'reads' },
      query: decisionListQuery,
      responses: { 200: { description: 'A page of decisions in short.', schema: pageOf(decisionListed) } },
      handle: async ({ caller, query }) =>
        pageReply(await listDecisions(context, caller, query), presentListed),
    }),
    route({
      method: 'GET',
      path: '/v1/decisions/{decisionId}',
      operationId: 'getDecision',
      summary: 'A decision as it was made',
      tag,
      authorise: { scheme: 'bearer', scope: 'decisions:read', effect: 'reads' },
      params: z.strictObject({ decisionId }),
      responses: { 200: { description: 'The decision.', schema: decision } },
      handle: async ({ caller, params }) => answer(await getDecision(context, caller, params.decisionId)),
    }),
  ];
}

function outcomeOf({ content }: KeptReply): unknown {
  return typeof content === 'string' ? JSON.parse(content).outcome : undefined;
}
