import { z } from 'zod';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { deletion, heldSubject, legalHold, legalHoldId, retentionPlan } from '../../protocol/retention.ts';
import type { Context } from '../../service/context.ts';
import { listDeletions } from '../../service/retention/deletions.ts';
import { endLegalHold, listLegalHolds, placeLegalHold } from '../../service/retention/legal-holds.ts';
import { planRetention } from '../../service/retention/plan.ts';
import { pageReply } from '../pages.ts';
import { withReceipt } from '../receipted.ts';
import { created, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { presentDeletion, presentLegalHold } from './present.ts';

const tag = 'Retention';
const params = z.strictObject({ legalHoldId });
const reason = z.string().trim().min(3).max(2000).describe('Why; kept, logged and shown.');
const leafCursor = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,15})$/, 'must be `next` of the page before')
  .transform(Number)
  .optional()
  .meta({ type: 'integer', description: '`next` of the page before.' });

export function retentionRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/retention/plan',
      operationId: 'planRetention',
      summary: 'What the rules would delete now, and what would stay and why',
      description: 'Counts at most ten thousand of each class, and changes nothing.',
      tag,
      authorise: { scheme: 'bearer', scope: 'retention:read', effect: 'reads' },
      responses: { 200: { description: 'The plan.', schema: retentionPlan } },
      handle: async () => ok(await planRetention(context)),
    }),
    route({
      method: 'GET',
      path: '/v1/retention/deletions',
      operationId: 'listDeletions',
      summary: 'What was deleted by rule, newest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'retention:read', effect: 'reads' },
      query: z.strictObject({ limit: pageQuery.limit, after: leafCursor }),
      responses: { 200: { description: 'A page of batches.', schema: pageOf(deletion) } },
      handle: async ({ query }) =>
        pageReply(await listDeletions(context, { limit: query.limit, before: query.after }), presentDeletion),
    }),
    route({
      method: 'GET',
      path: '/v1/legal-holds',
      operationId: 'listLegalHolds',
      summary: 'What is and was held against deletion, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'retention:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of holds.', schema: pageOf(legalHold) } },
      handle: async ({ query }) => pageReply(await listLegalHolds(context, query), presentLegalHold),
    }),
    route({
      method: 'POST',
      path: '/v1/legal-holds',
      operationId: 'placeLegalHold',
      summary: 'Stop the deletion of whatever something touches',
      description: 'From then on nothing goes that names it or belongs to it, whatever its age.',
      tag,
      authorise: { scheme: 'bearer', scope: 'retention:hold', effect: 'changes' },
      body: jsonBody(z.strictObject({ subject: heldSubject, reason }), 8192),
      responses: { 201: { description: 'The hold.', schema: legalHold } },
      handle: async ({ caller, body }) => {
        const placed = presentLegalHold(await placeLegalHold(context, caller, body));
        return created(await withReceipt(context, placed), `/v1/legal-holds/${placed.id}`);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/legal-holds/{legalHoldId}/lifting',
      operationId: 'liftLegalHold',
      summary: 'End a legal hold, with a reason',
      tag,
      authorise: { scheme: 'bearer', scope: 'retention:hold', effect: 'changes' },
      params,
      body: jsonBody(z.strictObject({ reason }), 8192),
      responses: { 200: { description: 'The hold.', schema: legalHold } },
      handle: async ({ caller, params, body }) => {
        const lifted = await endLegalHold(context, caller, params.legalHoldId, body.reason);
        return ok(await withReceipt(context, presentLegalHold(lifted)));
      },
    }),
  ];
}
