import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { EnrolmentTokenTable } from './tables.ts';

export const insertToken = statement((db, hole: Hole<EnrolmentTokenTable>) =>
  db.insertInto('enrolment_token').values({
    id: hole('id'),
    tenant: hole('tenant'),
    facility_id: hole('facility_id'),
    secret_hash: hole('secret_hash'),
    claims: hole('claims'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    attempts_left: hole('attempts_left'),
    consumed_at_ms: hole('consumed_at_ms'),
    host_id: hole('host_id'),
    revoked_at_ms: hole('revoked_at_ms'),
  }),
);

export const tokenBySecret = statement((db, hole: Hole<{ secretHash: string }>) =>
  db.selectFrom('enrolment_token').selectAll().where('secret_hash', '=', hole('secretHash')),
);

export const tokenById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('enrolment_token').selectAll().where('id', '=', hole('id')),
);

export const tokensAfter = statement((db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
  db
    .selectFrom('enrolment_token')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const allTokensAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('enrolment_token')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

/** Takes one attempt; changes no row where none is left. */
export const takeAttempt = statement((db, hole: Hole<{ id: string }>) =>
  db
    .updateTable('enrolment_token')
    .set((row) => ({ attempts_left: row('attempts_left', '-', 1) }))
    .where('id', '=', hole('id'))
    .where('attempts_left', '>', 0),
);

/** Consumes a token for good; changes no row where it was consumed or revoked. */
export const consumeToken = statement((db, hole: Hole<{ id: string; hostId: string; nowMs: number }>) =>
  db
    .updateTable('enrolment_token')
    .set({ consumed_at_ms: hole('nowMs'), host_id: hole('hostId') })
    .where('id', '=', hole('id'))
    .where('consumed_at_ms', 'is', null)
    .where('revoked_at_ms', 'is', null),
);

export const revokeToken = statement((db, hole: Hole<{ id: string; nowMs: number }>) =>
  db
    .updateTable('enrolment_token')
    .set({ revoked_at_ms: hole('nowMs') })
    .where('id', '=', hole('id')),
);
