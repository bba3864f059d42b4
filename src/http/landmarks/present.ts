import { formatInstant } from '../../bytes/instant.ts';
import type { LandmarkList } from '../../protocol/history.ts';
import type { ListedLandmark } from '../../service/location/list-landmarks.ts';

export function presentLandmark({ inForce, standing }: ListedLandmark): LandmarkList['items'][number] {
  const { landmark, digest, country } = inForce;
  const { id, operator, company, site, place, uncertaintyMeters, basis } = landmark;
  return {
    id,
    operator,
    company,
    site,
    country,
    latitude: place.latitude,
    longitude: place.longitude,
    uncertaintyMeters,
    placeBasis: basis.kind,
    controlGroup: standing.controlGroup,
    standing: standing.why ?? 'counts',
    tolerance: standing.tolerance,
    until: standing.until === null ? null : formatInstant(standing.until),
    digest,
  };
}
