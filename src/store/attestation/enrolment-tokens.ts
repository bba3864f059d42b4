import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

export const insertToken = statement(
  (
    db,
    hole: Hole<{
      id: string;
      tenant: string;
      facilityId: string;
      secretHash: string;
      claims: string;
      createdBy: string;
      createdAtMs: number;
      expiresAtMs: number;
      attemptsLeft: number;
    }>,
  ) =>
    db.insertInto('enrolment_token').values({
      id: hole('id'),
      tenant: hole('tenant'),
      facility_id: hole('facilityId'),
      secret_hash: hole('secretHash'),
      claims: hole('claims'),
      created_by: hole('createdBy'),
      created_at_ms: hole('createdAtMs'),
      expires_at_ms: hole('expiresAtMs'),
      attempts_left: hole('attemptsLeft'),
      consumed_at_ms: null,
      host_id: null,
      revoked_at_ms: null,
    }),
);

export const tokenBySecret = statement((db, hole: Hole<{ secretHash: string }>) =>
  db.selectFrom('enrolment_token').selectAll().where('secret_hash', '=', hole('secretHash')),
);

export const tokenById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('enrolment_token').selectAll().where('id', '=', hole('id')),
);

/** Newest first. */
export const tokensOfTenant = statement((db, hole: Hole<{ tenant: string; limit: number }>) =>
  db
    .selectFrom('enrolment_token')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .orderBy('created_at_ms', 'desc')
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

export const revokeToken = statement((db, hole: Hole<{ id: string; tenant: string; nowMs: number }>) =>
  db
    .updateTable('enrolment_token')
    .set({ revoked_at_ms: hole('nowMs') })
    .where('id', '=', hole('id'))
    .where('tenant', '=', hole('tenant'))
    .where('consumed_at_ms', 'is', null)
    .where('revoked_at_ms', 'is', null),
);
