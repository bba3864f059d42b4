import type { Event } from '../../protocol/event.ts';
import type { WebhookTable } from '../../store/events/tables.ts';
import {
  advanceWebhook,
  disableWebhook,
  dueWebhooks,
  dueWebhooksOfAll,
  leaseWebhook,
  noteWebhookFailure,
  releaseWebhook,
  skipEvents,
  webhookById,
} from '../../store/events/webhooks.ts';
import { principalById } from '../../store/registry/access.ts';
import type { PrincipalTable } from '../../store/registry/tables.ts';
import { scopesOf } from '../access/held-scopes.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { type Listener, readEvents } from '../events/read.ts';
import { tell } from '../events/tell.ts';
import { ROLES } from '../principal.ts';
import { formatTraceparent } from '../telemetry/trace/traceparent.ts';
import { type Delivery, postJson } from './post.ts';
import { DISABLED_AFTER_MS, pauseAfter } from './retry.ts';
import { secretsAt } from './secrets.ts';
import { SECRET_PREFIX, signedHeaders } from './sign.ts';
import { STRICT } from './target.ts';

/** Webhooks that are served side by side. */
const MOST_AT_ONCE = 16;
/** Events that one of them gets before others have their turn. */
const BATCH = 50;
/** Longer than a delivery may take. */
const LEASE_MS = 30_000;

export type Delivering = {
  readonly signal: AbortSignal;
  /** Tests: how long a webhook stays with a process that was killed. */
  readonly leaseMs?: number;
};

/**
 * Delivers what is due to webhooks: each its events in order, one at a time, an event again until it is answered with success. What a
 * killed process had sent and not yet noted is sent again, under the same id.
 *
 * @returns whether there may be more
 */
export async function deliverDue(context: Context, delivering: Delivering): Promise<boolean> {
  const due = { nowMs: context.clock().getTime(), limit: MOST_AT_ONCE };
  const rows = await context.store.read(async (view) => [
    ...(await view.all(dueWebhooksOfAll, due)),
    ...(await view.all(dueWebhooks, due)),
  ]);
  const more = await Promise.all(rows.map((row) => deliverTo(context, row, delivering)));
  return more.includes(true);
}

async function deliverTo(context: Context, row: WebhookTable, delivering: Delivering): Promise<boolean> {
  const { id, version } = row;
  const { leaseMs = LEASE_MS, signal } = delivering;
  const until = (): number => context.clock().getTime() + leaseMs;
  const nowMs = context.clock().getTime();
  let held = until();
  const leased = await context.store.write((tx) =>
    tx.run(leaseWebhook, { id, version, nowMs, untilMs: held }),
  );
  if (leased === 0) return false;
  const page = await pageFor(context, row);
  if (page === null) {
    await context.store.write((tx) => tx.run(disableWebhook, { id, version, nowMs }));
    return false;
  }
  for (const event of page.items) {
    if (signal.aborted) break;
    const outcome = await sendTraced(context, row, event, signal);
    held = until();
    const isDone = await noteOutcome(context, row, event, outcome, held);
    if (!isDone) return false;
  }
  await context.store.write(async (tx) => {
    if (!signal.aborted) await tx.run(skipEvents, { id, version, cursor: page.cursor, leaseMs: held });
    await tx.run(releaseWebhook, { id, untilMs: held });
  });
  return page.more;
}

/** What a webhook is to hear next; null once its principal may hear it no more. */
async function pageFor(context: Context, row: WebhookTable) {
  return context.store.read(async (view) => {
    const principal = await view.first(principalById, { id: row.principal_id });
    const listener = principal === undefined ? null : listenerNow(row, principal);
    if (listener === null) return null;
    const page = await readEvents(view, listener, { after: row.cursor, limit: BATCH });
    const types = row.types === null ? null : (JSON.parse(row.types) as readonly string[]); // what `addWebhook` wrote
    return { ...page, items: page.items.filter(({ type }) => types === null || types.includes(type)) };
  });
}

/**
 * Whose events a webhook hears of as its principal is now: somebody who came to have another role or tenant (an issuer moves people) hears
 * nothing by what they were, and nobody what their role does not show any more.
 */
function listenerNow(row: WebhookTable, principal: PrincipalTable): Listener | null {
  const role = ROLES.find((known) => known === principal.role);
  if (principal.disabled_at_ms !== null || role === undefined || principal.tenant !== row.tenant) return null;
  const tenant = visibleTenant({ role, tenant: principal.tenant });
  if (row.sees_all === 1 && tenant !== null) return null;
  return { tenant: row.sees_all === 1 ? null : row.tenant, scopes: scopesOf(role, row.scopes) };
}

/** Where traces are taken, the receiver is told of which one this attempt is. */
function sendTraced(
  context: Context,
  row: WebhookTable,
  event: Event,
  signal: AbortSignal,
): Promise<Delivery> {
  if (context.tracer === undefined) return send(context, row, event, signal);
  return context.tracer.within('webhook.deliver', 'client', async (span) => {
    const delivery = await send(context, row, event, signal, { traceparent: formatTraceparent(span) });
    const attributes = { 'sextant.event_type': event.type, 'sextant.result': delivery.result };
    span.describe({ attributes, failed: !delivery.delivered });
    return delivery;
  });
}

/** One signed attempt. @param more headers that are not signed */
export async function send(
  context: Context,
  row: WebhookTable,
  event: Event,
  signal: AbortSignal,
  more: { readonly [name: string]: string } = {},
): Promise<Delivery> {
  const { clock, config } = context;
  const nowMs = clock().getTime();
  const body = JSON.stringify(event);
  const secrets = secretsAt(context, row, nowMs);
  if (secrets === null) return { delivered: false, gone: false, result: 'secret_unreadable' };
  const headers = signedHeaders(
    { id: event.id, timestamp: Math.floor(nowMs / 1000), body },
    secrets.map((secret) => secret.slice(SECRET_PREFIX.length)),
  );
  return postJson(
    new URL(row.url),
    body,
    { ...more, ...headers },
    { rules: config.webhookTargets ?? STRICT, signal },
  );
}

/** Keeps what came of an attempt; answers whether the next event may be sent. */
async function noteOutcome(
  context: Context,
  row: WebhookTable,
  { sequence }: Event,
  { delivered, gone, result }: Delivery,
  leaseMs: number,
): Promise<boolean> {
  const { id, version, tenant } = row;
  const at = context.clock();
  const nowMs = at.getTime();
  const attempt = { id, version, nowMs, result };
  return context.store.write(async (tx) => {
    if (delivered) return (await tx.run(advanceWebhook, { ...attempt, cursor: sequence, leaseMs })) === 1;
    // Since the last success: a page that was delivered in part begins anew.
    const now = await tx.first(webhookById, { id });
    if (now === undefined || now.version !== version) return false;
    const failures = now.failures + 1;
    const sinceMs = now.failing_since_ms ?? nowMs;
    const nextMs = nowMs + pauseAfter(failures, (context.random(1)[0] ?? 0) / 255);
    await tx.run(noteWebhookFailure, { ...attempt, failures, sinceMs, nextMs, leaseMs: 0 });
    if (!gone && nowMs - sinceMs < DISABLED_AFTER_MS) return false;
    await tx.run(disableWebhook, { id, version, nowMs });
    const body = { result, failures, afterSequence: now.cursor };
    await tell(context, tx, { type: 'webhook.disabled', tenant, at, subject: `webhook:${id}`, body });
    return false;
  });
}
