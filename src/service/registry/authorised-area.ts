import { canonicalJson } from '../../bytes/canonical-json.ts';
import { type AuthorisedAreaRequest, authorisedArea } from '../../protocol/location.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';

/** What hosts of a facility may be proven inside of: its own outline, unless the authority said otherwise. */
export function authorisedAreaOf({ authorised_area: text }: FacilityTable): AuthorisedAreaRequest {
  return text === null ? { kind: 'geofence' } : authorisedArea.parse(JSON.parse(text));
}

/** As the register keeps it. */
export function storedArea(area: AuthorisedAreaRequest): string | null {
  return area.kind === 'geofence' ? null : canonicalJson(area);
}
