import type { EnrolmentTokenAnswer } from '../../protocol/enrolment.ts';
import type { EnrolmentTokenTable } from '../../store/attestation/tables.ts';
import { shownInstant } from '../instants.ts';

export function presentToken(row: EnrolmentTokenTable, now: Date): EnrolmentTokenAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    facilityId: row.facility_id,
    state: stateOf(row, now.getTime()),
    devices: JSON.parse(row.claims) as EnrolmentTokenAnswer['devices'], // what `mintEnrolmentToken` wrote
    attemptsLeft: row.attempts_left,
    createdBy: row.created_by,
    createdAt: shownInstant(row.created_at_ms),
    expiresAt: shownInstant(row.expires_at_ms),
    hostId: row.host_id,
  };
}

function stateOf(row: EnrolmentTokenTable, nowMs: number): EnrolmentTokenAnswer['state'] {
  if (row.consumed_at_ms !== null) return 'consumed';
  if (row.revoked_at_ms !== null) return 'revoked';
  if (row.expires_at_ms <= nowMs) return 'expired';
  return row.attempts_left > 0 ? 'usable' : 'exhausted';
}
