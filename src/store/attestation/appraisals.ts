import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Keeps a submission as received; the same bytes are kept once (on PostgreSQL by a trigger: postgres/partition-table.ts). */
export const insertEvidence = statement(
  (db, hole: Hole<{ digest: string; mediaType: string; content: Uint8Array; receivedAtMs: number }>) =>
    db
      .insertInto('evidence')
      .values({
        digest: hole('digest'),
        media_type: hole('mediaType'),
        content: hole('content'),
        received_at_ms: hole('receivedAtMs'),
      })
      .onConflict((conflict) => conflict.doNothing()),
);

export const insertAppraisal = statement(
  (
    db,
    hole: Hole<{
      sessionId: string;
      hostId: string;
      tenant: string;
      evidenceDigest: string;
      outcome: 'accepted' | 'refused';
      atMs: number;
      answer: string;
      leafIndex: number;
      inputs: string;
    }>,
  ) =>
    db.insertInto('appraisal').values({
      session_id: hole('sessionId'),
      host_id: hole('hostId'),
      tenant: hole('tenant'),
      evidence_digest: hole('evidenceDigest'),
      outcome: hole('outcome'),
      at_ms: hole('atMs'),
      answer: hole('answer'),
      leaf_index: hole('leafIndex'),
      inputs: hole('inputs'),
    }),
);

export const appraisalOfSession = statement((db, hole: Hole<{ sessionId: string }>) =>
  db.selectFrom('appraisal').selectAll().where('session_id', '=', hole('sessionId')),
);

type Noted = {
  hostId: string;
  sessionId: string;
  evidenceAtMs: number;
  outcome: 'accepted' | 'refused';
  failures: number;
  nextAttestationAfterMs: number;
  reasons: string;
  facts: string | null;
  referenceSets: string;
  trustEpoch: number;
  validUntilMs: number | null;
};

type Measured = {
  pcrs: string | null;
  firmwareVersion: string | null;
  tee: string | null;
  vtpmPcrs: string | null;
  bootState: string | null;
  bootHistory: string | null;
  teeAnchors: string | null;
  /** Null leaves the one that is known. */
  placeSubject: string | null;
};

const noted = (hole: Hole<Noted>) => ({
  unanswered: 0,
  evidence_session_id: hole('sessionId'),
  evidence_at_ms: hole('evidenceAtMs'),
  outcome: hole('outcome'),
  failures: hole('failures'),
  next_attestation_after_ms: hole('nextAttestationAfterMs'),
  reasons: hole('reasons'),
  facts: hole('facts'),
  reference_sets: hole('referenceSets'),
  trust_epoch: hole('trustEpoch'),
  valid_until_ms: hole('validUntilMs'),
});

/** What a submission that is not authentic leaves known of its host: what it measured before, it still did. */
export const noteSubmission = statement((db, hole: Hole<Noted>) =>
  db.updateTable('host_state').set(noted(hole)).where('host_id', '=', hole('hostId')),
);

/** What an authentic one leaves known. All measurements are of it: what it no longer shows is no longer known. */
export const noteAuthenticSubmission = statement((db, hole: Hole<Noted & Measured>) =>
  db
    .updateTable('host_state')
    .set((row) => ({
      ...noted(hole),
      pcrs: hole('pcrs'),
      firmware_version: hole('firmwareVersion'),
      tee_state: hole('tee'),
      vtpm_pcrs: hole('vtpmPcrs'),
      boot_state: hole('bootState'),
      boot_history: hole('bootHistory'),
      tee_anchors: hole('teeAnchors'),
      place_subject: row.fn.coalesce(hole('placeSubject'), 'place_subject'),
    }))
    .where('host_id', '=', hole('hostId')),
);
