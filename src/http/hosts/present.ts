import { toHex } from '../../bytes/text.ts';
import type { Platform } from '../../protocol/enrolment.ts';
import { shownLevel } from '../../protocol/host-list.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { LinkedDevice } from '../../service/enrolment/link-devices.ts';
import type { HostRecord } from '../../service/host/hosts.ts';
import type { ListedHost } from '../../service/host/list.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import type { HostAnswer, HostListed, HostShown } from './schema.ts';

export function presentListed(row: ListedHost): HostListed {
  const { state } = row;
  return {
    ...presentShown(row),
    state: state as HostListed['state'], // the statement names no other
    level: state === 'proven' ? shownLevel.parse(row.level) : null,
  };
}

function presentShown(row: Omit<ListedHost, 'state' | 'level' | 'name_key' | 'evidence_key'>): HostShown {
  return {
    id: row.id,
    tenant: row.tenant,
    facilityId: row.facility_id,
    hostname: row.hostname,
    kind: row.kind,
    tee: row.tee,
    ekSha256: row.kind === 'tpm' ? row.identity_sha256 : null,
    hostKeySha256: row.kind === 'tee' ? row.identity_sha256 : null,
    enrolledAt: shownInstant(row.enrolled_at_ms),
    suspendedAt: shownInstantOrNull(row.suspended_at_ms),
    suspendedReason: row.suspended_reason,
    lastSubmission:
      row.outcome === null || row.evidence_at_ms === null || row.evidence_session_id === null
        ? null
        : {
            sessionId: row.evidence_session_id,
            outcome: row.outcome,
            evidenceIssuedAt: shownInstant(row.evidence_at_ms),
            reasons: JSON.parse(row.reasons) as Reason[], // what `submitEvidence` wrote
          },
    failures: row.failures,
    unansweredSessions: row.unanswered,
    nextAttestationAfter: row.outcome === null ? null : shownInstant(row.next_attestation_after_ms),
  };
}

export function presentHost(row: HostRecord, devices: readonly LinkedDevice[]): HostAnswer {
  return {
    ...presentShown(row),
    jkt: row.jkt,
    akName: row.ak_name === null ? null : toHex(row.ak_name),
    ekAnchorSha256: row.ek_anchor,
    ekValidUntil: shownInstantOrNull(row.ek_valid_until_ms),
    platform: row.platform === null ? null : (JSON.parse(row.platform) as Platform), // what `proveGuest` wrote
    devices: [...devices],
  };
}
