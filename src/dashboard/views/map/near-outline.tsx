import { useMemo } from 'react';
import { useRead } from '../../api/read.ts';
import { type Drawn, OutlineShape, ringsOf } from '../../parts/map/index.ts';

type NearOutlineProps = { readonly drawn: Drawn; readonly id: string; readonly isOff: boolean };

/** The outline of a facility that is near enough for it to be seen, read then: it never changes. */
export function NearOutline({ drawn, id, isOff }: NearOutlineProps) {
  const { data } = useRead('getFacility', { params: { facilityId: id } });
  const area = data?.area;
  const rings = useMemo(() => (area === undefined ? null : ringsOf(area)), [area]);
  return rings === null ? null : (
    <OutlineShape drawn={drawn} rings={rings} look={isOff ? 'map__outline--off' : ''} />
  );
}
