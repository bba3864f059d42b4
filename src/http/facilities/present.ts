import { area } from '../../protocol/area.ts';
import type { FacilityAnswer } from '../../protocol/registry.ts';
import { authorisedAreaOf } from '../../service/registry/authorised-area.ts';
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
    authorisedUntil: shownInstantOrNull(row.authorised_until_ms),
    proposedBy: row.proposed_by,
    proposedAt: shownInstant(row.proposed_at_ms),
    decidedBy: row.decided_by,
    decidedAt: shownInstantOrNull(row.decided_at_ms),
    decidedReason: row.decided_reason,
    leafIndex: row.leaf_index,
  };
}
