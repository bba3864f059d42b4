import type { EnrolmentAnswer } from '../../protocol/enrolment.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import { shownInstant } from '../instants.ts';

export function presentEnrolment(row: EnrolmentTable): EnrolmentAnswer {
  const findings = JSON.parse(row.findings) as Pick<EnrolmentAnswer, 'checks' | 'notPerformed'>; // what `beginEnrolment` wrote
  return {
    id: row.id,
    tokenId: row.token_id,
    tenant: row.tenant,
    facilityId: row.facility_id,
    hostname: row.hostname,
    kind: row.kind,
    outcome: row.outcome,
    ...findings,
    createdAt: shownInstant(row.created_at_ms),
    expiresAt: shownInstant(row.expires_at_ms),
    hostId: row.host_id,
  };
}
