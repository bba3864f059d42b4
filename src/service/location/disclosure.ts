import type { Disclosure } from '../../protocol/location.ts';
import { sealingLicences } from '../../store/attestation/licences.ts';
import type { View } from '../../store/port.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { conditionsOf } from '../licence/conditions.ts';

/** How much is told of where hosts of a facility are: as its authorisation demands, or any licence for it that is not revoked. */
export async function disclosureOf(view: View, facility: FacilityTable): Promise<Disclosure> {
  if (facility.disclosure === 'area-only') return 'area-only';
  const rows = await view.all(sealingLicences, {});
  const sealing = rows.some(({ conditions }) => {
    const { placeDisclosure, facilities } = conditionsOf(conditions).conditions;
    return placeDisclosure === 'area-only' && facilities.includes(facility.id);
  });
  return sealing ? 'area-only' : 'full';
}
