import { area } from '../../protocol/area.ts';
import type { FacilityPlaceAnswer } from '../../protocol/facility-place.ts';
import type { FacilityAnswer, FacilityPeriodAnswer } from '../../protocol/registry.ts';
import { authorisedAreaOf } from '../../service/registry/authorised-area.ts';
import type { FacilityPlace } from '../../service/registry/facility-places.ts';
import type { FacilityPeriodTable } from '../../store/registry/entity-tables.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export function presentFacility(row: FacilityTable): FacilityAnswer {
  return {
    id: row.id,
    tenant: row.tenant,
    operatorTenant: row.operator_tenant,
    name: row.name,
    country: row.country,
    area: area.parse(JSON.parse(row.area)),
    digest: row.digest,
    state: row.state as FacilityAnswer['state'], // written from that union alone
    authorisedArea: authorisedAreaOf(row),
    disclosure: row.disclosure,
    authorisedFrom: shownInstantOrNull(row.authorised_from_ms),
    authorisedUntil: shownInstantOrNull(row.authorised_until_ms),
    tier: row.tier,
    governmentAgreement: row.government_agreement === 1,
    proposedBy: row.proposed_by,
    proposedAt: shownInstant(row.proposed_at_ms),
    decidedBy: row.decided_by,
    decidedAt: shownInstantOrNull(row.decided_at_ms),
    decidedReason: row.decided_reason,
    leafIndex: row.leaf_index,
  };
}

export function presentPeriod(row: FacilityPeriodTable): FacilityPeriodAnswer {
  return {
    id: row.id,
    from: shownInstant(row.from_ms),
    until: shownInstantOrNull(row.until_ms),
    tier: row.tier,
    governmentAgreement: row.government_agreement === 1,
    decidedBy: row.decided_by,
    decidedAt: shownInstant(row.decided_at_ms),
    reason: row.reason,
    withdrawnAt: shownInstantOrNull(row.withdrawn_at_ms),
    leafIndex: row.leaf_index,
  };
}

export function presentFacilityPlace({ row, latitude, longitude }: FacilityPlace): FacilityPlaceAnswer {
  return {
    id: row.id,
    operatorTenant: row.operator_tenant,
    name: row.name,
    country: row.country,
    state: row.state as FacilityAnswer['state'], // written from that union alone
    authorisedFrom: shownInstantOrNull(row.authorised_from_ms),
    authorisedUntil: shownInstantOrNull(row.authorised_until_ms),
    latitude,
    longitude,
  };
}
