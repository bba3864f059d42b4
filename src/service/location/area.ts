import { contentDigest } from '../../evidence/digest.ts';
import {
  type AuthorisedArea,
  areaOfCountries,
  areaOfOutline,
  middleOf,
} from '../../location/authorised-area.ts';
import { regionOf } from '../../location/region.ts';
import type { Standing } from '../../location/standing.ts';
import { type Place, toEcef } from '../../location/wgs84.ts';
import { type Area, area } from '../../protocol/area.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { authorisedAreaOf } from '../registry/authorised-area.ts';

/** Names what a verdict is about: another outline, or another area, is another question. */
export function areaDigestOf(facility: FacilityTable): string {
  const { id, digest, state } = facility;
  return contentDigest('authorised-area', { id, digest, state, area: authorisedAreaOf(facility) });
}

/** A facility's areas, as the solver asks them. */
export type FacilityAreas = {
  readonly authorised: AuthorisedArea;
  readonly geofence: AuthorisedArea;
  readonly outline: Area;
  /** Where landmarks are looked for. */
  readonly middle: Place;
};

export function areasOf({ jurisdictions }: Context, facility: FacilityTable): FacilityAreas {
  const outline = area.parse(JSON.parse(facility.area));
  const geofence = areaOfOutline(outline, `the outline of ${facility.name}`);
  const wanted = authorisedAreaOf(facility);
  const authorised =
    wanted.kind === 'geofence'
      ? geofence
      : areaOfCountries(jurisdictions(), wanted.countries, wanted.reading, wanted.name);
  return { authorised, geofence, outline, middle: middleOf(outline) };
}

/** The audited landmarks that count and stand in a facility's outline with all of their uncertainty, by id. */
export function onSiteOf(standings: Iterable<Standing>, geofence: AuthorisedArea): ReadonlySet<string> {
  const inside = [...standings].filter(({ landmark, why }) => {
    if (landmark.basis.kind !== 'audit' || why !== null) return false;
    const { id, place, uncertaintyMeters: radiusMeters } = landmark;
    const bound = { landmarkId: id, controlGroup: id, center: toEcef(place), radiusMeters };
    return geofence.containment(regionOf([bound], 0)).verdict === 'proven-inside';
  });
  return new Set(inside.map(({ landmark }) => landmark.id));
}
