import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

export const insertEnrolment = statement(
  (
    db,
    hole: Hole<{
      id: string;
      tokenId: string;
      tenant: string;
      facilityId: string;
      jkt: string;
      hostKey: string;
      hostname: string | null;
      kind: 'tpm' | 'tee';
      challenge: Uint8Array | null;
      tpm: string | null;
      proofHash: string | null;
      outcome: 'challenged' | 'refused';
      findings: string;
      createdAtMs: number;
      expiresAtMs: number;
      attemptsLeft: number;
    }>,
  ) =>
    db.insertInto('enrolment').values({
      id: hole('id'),
      token_id: hole('tokenId'),
      tenant: hole('tenant'),
      facility_id: hole('facilityId'),
      jkt: hole('jkt'),
      host_key: hole('hostKey'),
      hostname: hole('hostname'),
      kind: hole('kind'),
      challenge: hole('challenge'),
      tpm: hole('tpm'),
      proof_hash: hole('proofHash'),
      outcome: hole('outcome'),
      findings: hole('findings'),
      created_at_ms: hole('createdAtMs'),
      expires_at_ms: hole('expiresAtMs'),
      attempts_left: hole('attemptsLeft'),
      host_id: null,
    }),
);

export const enrolmentById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('enrolment').selectAll().where('id', '=', hole('id')),
);

export const enrolmentsAfter = statement((db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
  db
    .selectFrom('enrolment')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const allEnrolmentsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('enrolment').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

/** A wrong proof costs an attempt; changes no row where none is left or the enrolment is over. */
export const takeActivationAttempt = statement((db, hole: Hole<{ id: string }>) =>
  db
    .updateTable('enrolment')
    .set((row) => ({ attempts_left: row('attempts_left', '-', 1) }))
    .where('id', '=', hole('id'))
    .where('outcome', '=', 'challenged')
    .where('attempts_left', '>', 0),
);

/** Completes once; changes no row after that. */
export const completeEnrolment = statement((db, hole: Hole<{ id: string; hostId: string }>) =>
  db
    .updateTable('enrolment')
    .set({ outcome: 'completed', host_id: hole('hostId') })
    .where('id', '=', hole('id'))
    .where('outcome', '=', 'challenged'),
);

/** Ends the enrolment of a guest with what was found, once; changes no row after that. */
export const concludeEnrolment = statement(
  (
    db,
    hole: Hole<{
      id: string;
      outcome: 'completed' | 'refused';
      hostId: string | null;
      evidenceDigest: string;
      findings: string;
    }>,
  ) =>
    db
      .updateTable('enrolment')
      .set({
        outcome: hole('outcome'),
        host_id: hole('hostId'),
        proof_hash: hole('evidenceDigest'),
        findings: hole('findings'),
        attempts_left: 0,
      })
      .where('id', '=', hole('id'))
      .where('outcome', '=', 'challenged'),
);
