import { z } from 'zod';
import { sequence } from '../../protocol/event.ts';
import { pageOf, pageQuery } from '../../protocol/page.ts';
import { type Webhook, webhook, webhookId, webhookTest } from '../../protocol/webhook.ts';
import type { Context } from '../../service/context.ts';
import { EVENT_TYPES } from '../../service/events/types.ts';
import {
  addWebhook,
  listWebhooks,
  removeWebhook,
  replayEvents,
  rotateSecret,
  testWebhook,
} from '../../service/webhook/webhooks.ts';
import type { WebhookTable } from '../../store/events/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import { pageReply } from '../pages.ts';
import { created, noContent, ok } from '../reply.ts';
import { jsonBody, type Route, route } from '../route.ts';

const tag = 'Webhooks';
const params = z.strictObject({ webhookId });
const changes = { scheme: 'bearer', scope: 'webhooks:write', effect: 'changes' } as const;
/** Above what a delivery may take. */
const TEST_DEADLINE_MS = 20_000;

const webhookRequest = z.strictObject({
  url: z.string().min(1).max(2000).describe('https; see docs/events.md for what else.'),
  types: z
    .array(z.enum(EVENT_TYPES))
    .min(1)
    .max(EVENT_TYPES.length)
    .optional()
    .describe('Which events; all that the token’s scopes show unless given.'),
});

function present(row: WebhookTable): Webhook {
  return {
    id: row.id,
    tenant: row.tenant,
    principalId: row.principal_id,
    url: row.url,
    types: row.types === null ? null : (JSON.parse(row.types) as string[]), // what `addWebhook` wrote
    state: row.state,
    cursor: row.cursor,
    failures: row.failures,
    failingSince: shownInstantOrNull(row.failing_since_ms),
    nextAttemptAt: shownInstant(row.next_attempt_ms),
    lastAttemptAt: shownInstantOrNull(row.last_attempt_ms),
    lastResult: row.last_result,
    createdAt: shownInstant(row.created_at_ms),
    disabledAt: shownInstantOrNull(row.disabled_at_ms),
  };
}

export function webhookRoutes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/webhooks',
      operationId: 'addWebhook',
      summary: 'Have events delivered somewhere, from now on',
      tag,
      authorise: changes,
      body: jsonBody(webhookRequest, 16 * 1024),
      responses: { 201: { description: 'The webhook with its secret, shown this once.', schema: webhook } },
      handle: async ({ caller, body }) => {
        const { webhook: row, secret } = await addWebhook(context, caller, body);
        return created({ ...present(row), secret }, `/v1/webhooks/${row.id}`);
      },
    }),
    route({
      method: 'GET',
      path: '/v1/webhooks',
      operationId: 'listWebhooks',
      summary: 'Webhooks of your tenant, oldest first, and how they fare',
      tag,
      authorise: { scheme: 'bearer', scope: 'webhooks:read', effect: 'reads' },
      query: z.strictObject(pageQuery),
      responses: { 200: { description: 'A page of webhooks.', schema: pageOf(webhook) } },
      handle: async ({ caller, query }) => pageReply(await listWebhooks(context, caller, query), present),
    }),
    route({
      method: 'DELETE',
      path: '/v1/webhooks/{webhookId}',
      operationId: 'removeWebhook',
      summary: 'Remove a webhook',
      tag,
      authorise: changes,
      params,
      responses: { 204: { description: 'It is gone.' } },
      handle: async ({ caller, params }) => {
        await removeWebhook(context, caller, params.webhookId);
        return noContent();
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/{webhookId}/secret',
      operationId: 'rotateWebhookSecret',
      summary: 'Give a webhook another secret; for a day both sign',
      tag,
      authorise: changes,
      params,
      responses: { 200: { description: 'The webhook with its secret, shown this once.', schema: webhook } },
      handle: async ({ caller, params }) => {
        const { webhook: row, secret } = await rotateSecret(context, caller, params.webhookId);
        return ok({ ...present(row), secret });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/{webhookId}/replay',
      operationId: 'replayEvents',
      summary: 'Deliver every event behind a sequence number again; takes up what was disabled',
      tag,
      authorise: changes,
      params,
      body: jsonBody(z.strictObject({ after: sequence }), 1024),
      responses: { 200: { description: 'The webhook.', schema: webhook } },
      handle: async ({ caller, params, body }) =>
        ok(present(await replayEvents(context, caller, params.webhookId, body.after))),
    }),
    route({
      method: 'POST',
      path: '/v1/webhooks/{webhookId}/test',
      operationId: 'testWebhook',
      summary: 'Send one message that tells of nothing, and say what came of it',
      tag,
      authorise: changes,
      params,
      deadlineMs: TEST_DEADLINE_MS,
      responses: { 200: { description: 'What came of it.', schema: webhookTest } },
      handle: async ({ caller, params, signal }) => {
        const { delivered, result } = await testWebhook(context, caller, params.webhookId, signal);
        return ok({ delivered, result });
      },
    }),
  ];
}
