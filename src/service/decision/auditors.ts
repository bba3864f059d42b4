import { settled } from '../../bytes/canonical-json.ts';
import type { FacilityState } from '../../policy/inputs.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { independenceOf, ofFacility, ofLicence } from '../registry/independence.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { Ground } from './ground.ts';

type Kept = { readonly audits: EffectiveTrust['audits']; readonly facilities: readonly FacilityState[] };

/** The last answer on each ground, which is read again whenever anybody's owners may be others. */
const kept = new WeakMap<Ground, Kept>();

/** A licence's facilities with how their auditors stand to everybody who has to do with it: exporter, operator and parties. */
export async function facilitiesAudited(
  view: View,
  ground: Ground,
  { audits }: EffectiveTrust,
): Promise<readonly FacilityState[]> {
  const { facilities, licence, conditions } = ground;
  if (!facilities.some(({ id }) => audits.has(id))) return facilities;
  const known = kept.get(ground);
  if (known?.audits === audits) return known.facilities;
  const states: FacilityState[] = [];
  for (const facility of facilities) {
    const audit = audits.get(facility.id);
    const row = audit === undefined ? undefined : await view.first(facilityById, { id: facility.id });
    if (audit === undefined || row === undefined) {
      states.push(facility);
      continue;
    }
    const counterparts = [...ofFacility(row), ...ofLicence(licence.tenant, conditions)];
    states.push({ ...facility, audit: await independenceOf(view, audit, counterparts) });
  }
  kept.set(ground, { audits, facilities: settled(states) });
  return states;
}
