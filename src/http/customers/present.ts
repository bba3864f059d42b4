import type { AccessAnswer, KnowYourCustomerAnswer } from '../../protocol/customer.ts';
import type { KnowYourCustomerTable, PartyAccessTable } from '../../store/registry/entity-tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentKnowYourCustomer(row: KnowYourCustomerTable): KnowYourCustomerAnswer {
  return {
    id: row.id,
    partyId: row.party_id,
    reference: row.reference,
    dated: row.dated,
    reviewer: row.reviewer,
    recordedBy: row.recorded_by,
    recordedAt: shownInstant(row.recorded_at_ms),
    leafIndex: row.leaf_index,
  };
}

export function presentAccess(row: PartyAccessTable): AccessAnswer {
  return {
    id: row.id,
    partyId: row.party_id,
    tenant: row.tenant,
    facilityId: row.facility_id,
    hostId: row.host_id,
    knowYourCustomerId: row.know_your_customer_id,
    startedAt: shownInstant(row.started_at_ms),
    startedBy: row.started_by,
    endedAt: shownInstantOrNull(row.ended_at_ms),
    endedBy: row.ended_by,
    endedReason: row.ended_reason,
    leafIndex: row.leaf_index,
  };
}
