import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LocationTable, MeshPairTable, ProbePermitsTable } from './tables.ts';

/** A session with its host, as permits and receipts are judged against them; no row for another host, or another key since. */
export const locatedSession = statement((db, hole: Hole<{ id: string; hostId: string; jkt: string }>) =>
  db
    .selectFrom('session')
    .innerJoin('host', 'host.id', 'session.host_id')
    .innerJoin('host_state', 'host_state.host_id', 'session.host_id')
    .leftJoin('appraisal', 'appraisal.session_id', 'session.id')
    .select([
      'session.nonce',
      'session.issued_at_ms',
      'session.expires_at_ms',
      'host.facility_id',
      'host.tenant',
      'host.kind',
      'host.version',
      'host.suspended_at_ms',
      'host.suspended_reason',
      'host_state.evidence_session_id',
      'host_state.place_subject',
      'appraisal.outcome',
      'appraisal.answer',
    ])
    .where('session.id', '=', hole('id'))
    .where('session.host_id', '=', hole('hostId'))
    .where('host.jkt', '=', hole('jkt')),
);

/** Changes no row where the session has its permits: another process may have been first. */
export const insertPermits = statement((db, hole: Hole<ProbePermitsTable>) =>
  db.insertInto('probe_permits').values({
    session_id: hole('session_id'),
    host_id: hole('host_id'),
    subject: hole('subject'),
    permits: hole('permits'),
    issued_at_ms: hole('issued_at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

export const permitsOfSession = statement((db, hole: Hole<{ sessionId: string }>) =>
  db.selectFrom('probe_permits').selectAll().where('session_id', '=', hole('sessionId')),
);

export const insertLocation = statement((db, hole: Hole<LocationTable>) =>
  db.insertInto('location').values({
    session_id: hole('session_id'),
    host_id: hole('host_id'),
    tenant: hole('tenant'),
    facility_id: hole('facility_id'),
    request_digest: hole('request_digest'),
    verdict: hole('verdict'),
    at_ms: hole('at_ms'),
    expires_at_ms: hole('expires_at_ms'),
    measured: hole('measured'),
    receipts: hole('receipts'),
    answer: hole('answer'),
    leaf_index: hole('leaf_index'),
  }),
);

export const locationOfSession = statement((db, hole: Hole<{ sessionId: string }>) =>
  db.selectFrom('location').selectAll().where('session_id', '=', hole('sessionId')),
);

export const newestLocation = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('location')
    .selectAll()
    .where('host_id', '=', hole('hostId'))
    .orderBy('at_ms', 'desc')
    .orderBy('session_id', 'desc')
    .limit(1),
);

/** Keeps what a host's place is known to be; null for what is known no more. */
export const notePlace = statement((db, hole: Hole<{ hostId: string; place: string | null }>) =>
  db
    .updateTable('host_state')
    .set({ place: hole('place') })
    .where('host_id', '=', hole('hostId')),
);

export const meshPairs = statement((db) =>
  db
    .selectFrom('mesh_pair')
    .select([
      'from_id',
      'to_id',
      'kept_as',
      'from_digest',
      'to_digest',
      'min_rtt_ns',
      'clock_error_ppm',
      'at_ms',
    ])
    .orderBy('from_id')
    .orderBy('to_id'),
);

export const meshPair = statement(
  (db, hole: Hole<{ fromId: string; toId: string; keptAs: MeshPairTable['kept_as'] }>) =>
    db
      .selectFrom('mesh_pair')
      .selectAll()
      .where('from_id', '=', hole('fromId'))
      .where('to_id', '=', hole('toId'))
      .where('kept_as', '=', hole('keptAs')),
);

export const putMeshPair = statement((db, hole: Hole<MeshPairTable>) => {
  const values = {
    from_digest: hole('from_digest'),
    to_digest: hole('to_digest'),
    min_rtt_ns: hole('min_rtt_ns'),
    clock_error_ppm: hole('clock_error_ppm'),
    at_ms: hole('at_ms'),
    receipt: hole('receipt'),
  };
  return db
    .insertInto('mesh_pair')
    .values({ from_id: hole('from_id'), to_id: hole('to_id'), kept_as: hole('kept_as'), ...values })
    .onConflict((conflict) => conflict.columns(['from_id', 'to_id', 'kept_as']).doUpdateSet(values));
});
