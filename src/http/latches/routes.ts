import { z } from 'zod';
import { latchId } from '../../protocol/identifier.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import type { Context } from '../../service/context.ts';
import { clearLatches } from '../../service/latch/clear.ts';
import { getLatch, listLatches, openLatchesOf } from '../../service/latch/list.ts';
import type { LatchTable } from '../../store/attestation/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import { pageReply } from '../pages.ts';
import { ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';
import { hold } from './schema.ts';

const tag = 'Holds';

const reason = z.string().trim().min(3).max(2000).describe('Why the hold may end; kept, logged and shown.');

const subject = z
  .string()
  .regex(/^(?:host|device|party|facility|licence):.{1,200}$/)
  .describe('<kind>:<id>. With it: what is held on just this, now, all of it on one page.');

function present(row: LatchTable): z.infer<typeof hold> {
  return {
    id: row.id,
    tenant: row.tenant,
    subject: `${row.subject_kind}:${row.subject_id}`,
    code: row.code,
    sentence: row.sentence,
    since: shownInstant(row.latched_at_ms),
    sessionId: row.session_id,
    clearedAt: shownInstantOrNull(row.cleared_at_ms),
    clearedBy: row.cleared_by,
    clearedReason: row.cleared_reason,
  };
}

export function latchRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/latches',
      operationId: 'listLatches',
      summary: 'What is and was held for review, oldest first',
      tag,
      authorise: { scheme: 'bearer', scope: 'latches:read', effect: 'reads' },
      query: z.strictObject({ ...pageQuery, openOn: subject.optional() }),
      responses: { 200: { description: 'A page of holds.', schema: pageOf(hold) } },
      handle: async ({ caller, query: { openOn, ...page } }) =>
        pageReply(
          openOn === undefined
            ? await listLatches(context, caller, page)
            : await openLatchesOf(context, caller, openOn),
          present,
        ),
    }),
    route({
      method: 'GET',
      path: '/v1/latches/{latchId}',
      operationId: 'getLatch',
      summary: 'One hold',
      tag,
      authorise: { scheme: 'bearer', scope: 'latches:read', effect: 'reads' },
      params: z.strictObject({ latchId }),
      responses: { 200: { description: 'The hold.', schema: hold } },
      handle: async ({ caller, params }) => ok(present(await getLatch(context, caller, params.latchId))),
    }),
    route({
      method: 'POST',
      path: '/v1/latches/{latchId}/clearing',
      operationId: 'clearLatch',
      summary: 'End a hold, with a reason',
      tag,
      authorise: { scheme: 'bearer', scope: 'latches:clear', effect: 'changes' },
      params: z.strictObject({ latchId }),
      body: jsonBody(z.strictObject({ reason }), 8192),
      responses: { 200: { description: 'The hold, ended.', schema: hold } },
      handle: async ({ caller, params, body }) => {
        const rows = await clearLatches(context, caller, { latchIds: [params.latchId], ...body });
        return ok(rows.map(present)[0]);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/latch-clearings',
      operationId: 'clearLatches',
      summary: 'End several holds with one reason: all of them or none',
      tag,
      authorise: { scheme: 'bearer', scope: 'latches:clear', effect: 'changes' },
      body: jsonBody(z.strictObject({ latchIds: z.array(latchId).min(1).max(1000), reason }), 64 * 1024),
      responses: {
        200: { description: 'The holds, ended.', schema: z.strictObject({ items: z.array(hold) }) },
      },
      handle: async ({ caller, body }) =>
        ok({ items: (await clearLatches(context, caller, body)).map(present) }),
    }),
  ];
}
