import { useMemo } from 'react';
import { useAll } from '../../api/read-all.ts';
import { useSession } from '../../session/gate.tsx';

/** How facilities are called, where the person may read that; by their identifiers elsewhere. */
export function useFacilityNames(): (facilityId: string) => string {
  const { may } = useSession();
  const { data } = useAll('listFacilityPlaces', {}, { live: ['facility'], when: may('facilities:read') });
  return useMemo(() => {
    const names = new Map(data?.map(({ id, name }) => [id, name]));
    return (facilityId) => names.get(facilityId) ?? facilityId;
  }, [data]);
}
