import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { WebhookTable } from './tables.ts';

export const insertWebhook = statement(
  (
    db,
    hole: Hole<
      Pick<
        WebhookTable,
        | 'id'
        | 'tenant'
        | 'principal_id'
        | 'sees_all'
        | 'scopes'
        | 'url'
        | 'types'
        | 'secret'
        | 'secret_sha256'
        | 'cursor'
        | 'created_at_ms'
      >
    >,
  ) =>
    db.insertInto('webhook').values({
      id: hole('id'),
      tenant: hole('tenant'),
      principal_id: hole('principal_id'),
      sees_all: hole('sees_all'),
      scopes: hole('scopes'),
      url: hole('url'),
      types: hole('types'),
      secret: hole('secret'),
      secret_sha256: hole('secret_sha256'),
      previous_secret: null,
      previous_until_ms: null,
      state: 'active',
      version: 1,
      cursor: hole('cursor'),
      failures: 0,
      failing_since_ms: null,
      next_attempt_ms: hole('created_at_ms'),
      lease_until_ms: 0,
      last_attempt_ms: null,
      last_result: null,
      created_at_ms: hole('created_at_ms'),
      disabled_at_ms: null,
    }),
);

export const webhookById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('webhook').selectAll().where('id', '=', hole('id')),
);

export const webhooksOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('webhook')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

export const deleteWebhook = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('webhook').where('id', '=', hole('id')),
);

export const rotateWebhookSecret = statement(
  (
    db,
    hole: Hole<{ id: string; secret: string; sha256: string; previous: string | null; untilMs: number }>,
  ) =>
    db
      .updateTable('webhook')
      .set({
        secret: hole('secret'),
        secret_sha256: hole('sha256'),
        previous_secret: hole('previous'),
        previous_until_ms: hole('untilMs'),
      })
      .where('id', '=', hole('id')),
);

/** The same secrets, sealed anew; changes no row where they were given up meanwhile. */
export const sealWebhookSecrets = statement(
  (db, hole: Hole<{ id: string; before: string; secret: string; sha256: string; previous: string | null }>) =>
    db
      .updateTable('webhook')
      .set({ secret: hole('secret'), secret_sha256: hole('sha256'), previous_secret: hole('previous') })
      .where('id', '=', hole('id'))
      .where('secret', '=', hole('before')),
);

/** Those of everybody, along their ids. */
export const webhooksAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('webhook').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

/** Goes on from a sequence number, at once, whatever failed before. */
export const replayWebhook = statement((db, hole: Hole<{ id: string; cursor: number; nowMs: number }>) =>
  db
    .updateTable('webhook')
    .set((row) => ({
      cursor: hole('cursor'),
      state: 'active' as const,
      version: row('version', '+', 1),
      failures: 0,
      failing_since_ms: null,
      next_attempt_ms: hole('nowMs'),
      disabled_at_ms: null,
    }))
    .where('id', '=', hole('id')),
);

/** Those with something to look at, that nobody is at; of one tenant's events. */
export const dueWebhooks = statement((db, hole: Hole<{ nowMs: number; limit: number }>) =>
  db
    .selectFrom('webhook')
    .selectAll()
    .where('state', '=', 'active')
    .where('sees_all', '=', 0)
    .where('next_attempt_ms', '<=', hole('nowMs'))
    .where('lease_until_ms', '<=', hole('nowMs'))
    .where((row) =>
      row.exists(
        row
          .selectFrom('event')
          .select('event.sequence')
          .whereRef('event.tenant', '=', 'webhook.tenant')
          .whereRef('event.sequence', '>', 'webhook.cursor'),
      ),
    )
    .orderBy('next_attempt_ms')
    .limit(hole('limit')),
);

/** The same, of everybody's. */
export const dueWebhooksOfAll = statement((db, hole: Hole<{ nowMs: number; limit: number }>) =>
  db
    .selectFrom('webhook')
    .selectAll()
    .where('state', '=', 'active')
    .where('sees_all', '=', 1)
    .where('next_attempt_ms', '<=', hole('nowMs'))
    .where('lease_until_ms', '<=', hole('nowMs'))
    .where((row) =>
      row.exists(
        row.selectFrom('event').select('event.sequence').whereRef('event.sequence', '>', 'webhook.cursor'),
      ),
    )
    .orderBy('next_attempt_ms')
    .limit(hole('limit')),
);

/** Changes no row where somebody else was first, or a person changed it since. */
export const leaseWebhook = statement(
  (db, hole: Hole<{ id: string; version: number; nowMs: number; untilMs: number }>) =>
    db
      .updateTable('webhook')
      .set({ lease_until_ms: hole('untilMs') })
      .where('id', '=', hole('id'))
      .where('version', '=', hole('version'))
      .where('state', '=', 'active')
      .where('lease_until_ms', '<=', hole('nowMs')),
);

type Attempted = { id: string; version: number; nowMs: number; result: string; leaseMs: number };

/** What was delivered, or did not concern it; changes no row where a person changed it meanwhile. */
export const advanceWebhook = statement((db, hole: Hole<Attempted & { cursor: number }>) =>
  db
    .updateTable('webhook')
    .set({
      cursor: hole('cursor'),
      failures: 0,
      failing_since_ms: null,
      next_attempt_ms: hole('nowMs'),
      lease_until_ms: hole('leaseMs'),
      last_attempt_ms: hole('nowMs'),
      last_result: hole('result'),
    })
    .where('id', '=', hole('id'))
    .where('version', '=', hole('version')),
);

export const skipEvents = statement(
  (db, hole: Hole<{ id: string; version: number; cursor: number; leaseMs: number }>) =>
    db
      .updateTable('webhook')
      .set({ cursor: hole('cursor'), lease_until_ms: hole('leaseMs') })
      .where('id', '=', hole('id'))
      .where('version', '=', hole('version')),
);

export const noteWebhookFailure = statement(
  (db, hole: Hole<Attempted & { failures: number; sinceMs: number; nextMs: number }>) =>
    db
      .updateTable('webhook')
      .set({
        failures: hole('failures'),
        failing_since_ms: hole('sinceMs'),
        next_attempt_ms: hole('nextMs'),
        lease_until_ms: hole('leaseMs'),
        last_attempt_ms: hole('nowMs'),
        last_result: hole('result'),
      })
      .where('id', '=', hole('id'))
      .where('version', '=', hole('version')),
);

export const disableWebhook = statement((db, hole: Hole<{ id: string; version: number; nowMs: number }>) =>
  db
    .updateTable('webhook')
    .set({ state: 'disabled', disabled_at_ms: hole('nowMs'), lease_until_ms: 0 })
    .where('id', '=', hole('id'))
    .where('version', '=', hole('version')),
);

/** After its last word: whoever is next may have it at once. */
export const releaseWebhook = statement((db, hole: Hole<{ id: string; untilMs: number }>) =>
  db
    .updateTable('webhook')
    .set({ lease_until_ms: 0 })
    .where('id', '=', hole('id'))
    .where('lease_until_ms', '=', hole('untilMs')),
);
