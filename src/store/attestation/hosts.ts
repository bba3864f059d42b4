import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { HostTable } from './tables.ts';

/** The host that is enrolled with a key. */
export const hostByKey = statement((db, hole: Hole<{ jkt: string }>) =>
  db.selectFrom('host').select(['id', 'tenant', 'kind', 'identity_sha256']).where('jkt', '=', hole('jkt')),
);

export const hostByIdentity = statement((db, hole: Hole<{ identity: string }>) =>
  db.selectFrom('host').selectAll().where('identity_sha256', '=', hole('identity')),
);

export const hostByAk = statement((db, hole: Hole<{ akName: Uint8Array }>) =>
  db.selectFrom('host').select(['id', 'identity_sha256']).where('ak_name', '=', hole('akName')),
);

/** Who it is that asks for a grant: nothing of what it proved. */
export const hostIdentity = statement((db, hole: Hole<{ id: string; jkt: string }>) =>
  db
    .selectFrom('host')
    .select([
      'id',
      'facility_id',
      'kind',
      'identity_sha256',
      'device_id',
      'suspended_at_ms',
      'suspended_reason',
    ])
    .where('id', '=', hole('id'))
    .where('jkt', '=', hole('jkt')),
);

/** What a session's issue looks at; no row where the host was enrolled with another key since. */
export const hostPacing = statement((db, hole: Hole<{ hostId: string; jkt: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .select([
      'host.suspended_at_ms',
      'host.suspended_reason',
      'host_state.session_issued_at_ms',
      'host_state.unanswered',
      'host_state.next_attestation_after_ms',
      'host_state.challenge_session_id',
    ])
    .where('host.id', '=', hole('hostId'))
    .where('host.jkt', '=', hole('jkt')),
);

type Enrolled = {
  readonly [C in keyof Omit<HostTable, 'suspended_at_ms' | 'suspended_reason'>]: HostTable[C];
};

export const insertHost = statement((db, hole: Hole<Enrolled>) =>
  db.insertInto('host').values({
    id: hole('id'),
    tenant: hole('tenant'),
    facility_id: hole('facility_id'),
    kind: hole('kind'),
    identity_sha256: hole('identity_sha256'),
    ek_certificate: hole('ek_certificate'),
    ek_anchor: hole('ek_anchor'),
    ek_name: hole('ek_name'),
    ek_valid_until_ms: hole('ek_valid_until_ms'),
    jkt: hole('jkt'),
    host_key: hole('host_key'),
    ak_name: hole('ak_name'),
    ak_public: hole('ak_public'),
    tee: hole('tee'),
    platform: hole('platform'),
    hostname: hole('hostname'),
    device_id: hole('device_id'),
    enrolled_at_ms: hole('enrolled_at_ms'),
    version: hole('version'),
    suspended_at_ms: null,
    suspended_reason: null,
  }),
);

/** Enrols anew what is the same TPM: its keys, place and label change, its identity, suspension and history do not. */
export const replaceHostKeys = statement(
  (db, hole: Hole<Omit<Enrolled, 'tenant' | 'kind' | 'identity_sha256' | 'tee' | 'platform' | 'version'>>) =>
    db
      .updateTable('host')
      .set((row) => ({
        facility_id: hole('facility_id'),
        ek_certificate: hole('ek_certificate'),
        ek_anchor: hole('ek_anchor'),
        ek_name: hole('ek_name'),
        ek_valid_until_ms: hole('ek_valid_until_ms'),
        jkt: hole('jkt'),
        host_key: hole('host_key'),
        ak_name: hole('ak_name'),
        ak_public: hole('ak_public'),
        hostname: hole('hostname'),
        device_id: hole('device_id'),
        enrolled_at_ms: hole('enrolled_at_ms'),
        version: row('version', '+', 1),
      }))
      .where('id', '=', hole('id')),
);

export const insertHostState = statement((db, hole: Hole<{ hostId: string }>) =>
  db.insertInto('host_state').values({
    host_id: hole('hostId'),
    session_id: null,
    session_issued_at_ms: 0,
    session_expires_at_ms: 0,
    unanswered: 0,
    failures: 0,
    next_attestation_after_ms: 0,
    evidence_session_id: null,
    evidence_at_ms: null,
    outcome: null,
    reasons: '[]',
    facts: null,
    reference_sets: '[]',
    trust_epoch: 0,
    pcrs: null,
    firmware_version: null,
    tee_state: null,
    vtpm_pcrs: null,
    boot_state: null,
    boot_history: null,
    tee_anchors: null,
    valid_until_ms: null,
    place_subject: null,
    place: null,
  }),
);

/** After an enrolment with new keys nothing that the old ones proved counts; the pace of attestation begins anew. */
export const forgetEvidence = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .updateTable('host_state')
    .set({
      unanswered: 0,
      next_attestation_after_ms: 0,
      evidence_session_id: null,
      evidence_at_ms: null,
      outcome: null,
      reasons: '[]',
      facts: null,
      reference_sets: '[]',
      pcrs: null,
      firmware_version: null,
      tee_state: null,
      vtpm_pcrs: null,
      boot_state: null,
      boot_history: null,
      tee_anchors: null,
      valid_until_ms: null,
      place_subject: null,
      place: null,
    })
    .where('host_id', '=', hole('hostId')),
);

/** A host with all that is known of it, for people. */
export const hostRecord = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .selectAll()
    .where('host.id', '=', hole('id')),
);

export const suspendHost = statement((db, hole: Hole<{ id: string; nowMs: number; reason: string }>) =>
  db
    .updateTable('host')
    .set((row) => ({
      suspended_at_ms: hole('nowMs'),
      suspended_reason: hole('reason'),
      version: row('version', '+', 1),
    }))
    .where('id', '=', hole('id'))
    .where('suspended_at_ms', 'is', null),
);

export const reinstateHost = statement((db, hole: Hole<{ id: string }>) =>
  db
    .updateTable('host')
    .set((row) => ({ suspended_at_ms: null, suspended_reason: null, version: row('version', '+', 1) }))
    .where('id', '=', hole('id'))
    .where('suspended_at_ms', 'is not', null),
);
