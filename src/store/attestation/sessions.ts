import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

export const insertSession = statement(
  (
    db,
    hole: Hole<{ id: string; hostId: string; nonce: Uint8Array; issuedAtMs: number; expiresAtMs: number }>,
  ) =>
    db.insertInto('session').values({
      id: hole('id'),
      host_id: hole('hostId'),
      nonce: hole('nonce'),
      issued_at_ms: hole('issuedAtMs'),
      expires_at_ms: hole('expiresAtMs'),
      submitted_at_ms: null,
      evidence_digest: null,
      lapsed_at_ms: null,
    }),
);

/** The host's newest session; one more without an answer. */
export const noteSession = statement(
  (db, hole: Hole<{ hostId: string; sessionId: string; issuedAtMs: number; expiresAtMs: number }>) =>
    db
      .updateTable('host_state')
      .set((row) => ({
        session_id: hole('sessionId'),
        session_issued_at_ms: hole('issuedAtMs'),
        session_expires_at_ms: hole('expiresAtMs'),
        unanswered: row('unanswered', '+', 1),
      }))
      .where('host_id', '=', hole('hostId')),
);

/** A session with the host that it was issued to, as evidence is verified against them, and the epoch of trust at that moment. */
export const sessionOfHost = statement((db, hole: Hole<{ id: string; hostId: string; jkt: string }>) =>
  db
    .selectFrom('session')
    .innerJoin('host', 'host.id', 'session.host_id')
    .innerJoin('host_state', 'host_state.host_id', 'session.host_id')
    .select((row) => [
      'session.nonce',
      'session.issued_at_ms',
      'session.expires_at_ms',
      'session.submitted_at_ms',
      'session.evidence_digest',
      'session.lapsed_at_ms',
      'host.facility_id',
      'host.kind',
      'host.tee',
      'host.ak_name',
      'host.ak_public',
      'host.ek_anchor',
      'host.ek_name',
      'host.ek_valid_until_ms',
      'host.device_id',
      'host.version',
      'host.suspended_at_ms',
      'host.suspended_reason',
      'host_state.failures',
      'host_state.challenge_session_id',
      'host_state.boot_history',
      row
        .selectFrom('host_device')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('host_device.host_id', '=', 'host.id')
        .as('linked_devices'),
      row
        .selectFrom('proven_chip')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('proven_chip.host_id', '=', 'host.id')
        .as('proven_chips'),
      row.selectFrom('trust_epoch').select('trust_epoch.epoch').where('trust_epoch.id', '=', 1).as('epoch'),
      row.selectFrom('trust_epoch').select('trust_epoch.stamp').where('trust_epoch.id', '=', 1).as('stamp'),
    ])
    .where('session.id', '=', hole('id'))
    .where('session.host_id', '=', hole('hostId'))
    .where('host.jkt', '=', hole('jkt')),
);

/**
 * Consumes the nonce: the one row of the one submission that comes first. Changes none where the session has had its
 * submission, its lapse was recorded, or the host's keys or standing are no longer what the evidence was verified against.
 */
export const consumeSession = statement(
  (db, hole: Hole<{ id: string; hostId: string; hostVersion: number; digest: string; nowMs: number }>) =>
    db
      .updateTable('session')
      .set({ submitted_at_ms: hole('nowMs'), evidence_digest: hole('digest') })
      .where('id', '=', hole('id'))
      .where('submitted_at_ms', 'is', null)
      .where('lapsed_at_ms', 'is', null)
      .where((row) =>
        row.exists(
          row
            .selectFrom('host')
            .select('host.id')
            .where('host.id', '=', hole('hostId'))
            .where('host.version', '=', hole('hostVersion')),
        ),
      ),
);

/** Notes that a submission came too late; changes no row the second time. */
export const lapseSession = statement((db, hole: Hole<{ id: string; nowMs: number }>) =>
  db
    .updateTable('session')
    .set({ lapsed_at_ms: hole('nowMs') })
    .where('id', '=', hole('id'))
    .where('submitted_at_ms', 'is', null)
    .where('lapsed_at_ms', 'is', null),
);

/** A session with what came of it, for people. */
export const sessionRecord = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('session')
    .innerJoin('host', 'host.id', 'session.host_id')
    .leftJoin('appraisal', 'appraisal.session_id', 'session.id')
    .select([
      'session.id',
      'session.host_id',
      'host.tenant',
      'session.nonce',
      'session.issued_at_ms',
      'session.expires_at_ms',
      'session.submitted_at_ms',
      'session.evidence_digest',
      'session.lapsed_at_ms',
      'appraisal.answer',
      'appraisal.leaf_index',
    ])
    .where('session.id', '=', hole('id')),
);

/** The submission of a session, as received. */
export const evidenceOfSession = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('session')
    .innerJoin('host', 'host.id', 'session.host_id')
    .innerJoin('evidence', 'evidence.digest', 'session.evidence_digest')
    .select(['host.tenant', 'evidence.media_type', 'evidence.content'])
    .where('session.id', '=', hole('id')),
);
