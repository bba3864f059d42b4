import type { FeatureCollection } from 'geojson';
import { type DrawnLandmark, regionGeoJson } from '../../location/geojson.ts';
import { regionAt, type WeighedMeasurement } from '../../location/grade-proof.ts';
import { type DrawnArea, provePicture } from '../../location/picture/index.ts';
import { area } from '../../protocol/area.ts';
import type { Disclosure } from '../../protocol/location.ts';
import { hostState } from '../../store/attestation/device-state.ts';
import { newestLocation } from '../../store/location/statements.ts';
import type { LocationTable } from '../../store/location/tables.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { authorisedAreaOf } from '../registry/authorised-area.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { areasOf } from './area.ts';
import { disclosureOf } from './disclosure.ts';
import { placeNow } from './place.ts';
import type { WholeAnswer } from './result.ts';
import type { PlaceFact } from './stored-place.ts';
import { readAnswer } from './submit.ts';

/** A host's newest verdict, and as much of where it is as the caller may see. */
export type HostLocation = {
  readonly row: LocationTable;
  readonly answer: WholeAnswer;
  /** What of it counts now; null where nothing does. */
  readonly now: PlaceFact | null;
  /** `area-only` for whoever may not see where the host is. */
  readonly mode: Disclosure;
  readonly facility: FacilityTable;
};

/**
 * @throws RequestError `not_found`, also for another tenant's host and for one that was never measured
 */
export async function getHostLocation(
  context: Context,
  by: Principal,
  hostId: string,
): Promise<HostLocation> {
  return context.store.read(async (view) => {
    const row = await view.first(newestLocation, { hostId });
    const tenant = visibleTenant(by);
    const state = await view.first(hostState, { id: hostId });
    if (row === undefined || state === undefined || (tenant !== null && state.tenant !== tenant)) {
      throw new RequestError('not_found', 'there is no such host, or it was never measured');
    }
    const facility = await view.first(facilityById, { id: row.facility_id });
    if (facility === undefined) throw new RequestError('not_found', 'its facility is gone');
    const at = context.clock();
    const trust = await effectiveTrust(context, view);
    const accepted = state.outcome === 'accepted';
    const facilityId = state.host_facility_id;
    const place = accepted ? await placeNow(context, view, { state, facilityId, trust, at }) : null;
    const answer = readAnswer(row);
    const demanded = await disclosureOf(view, facility);
    const sealed = demanded === 'area-only' || answer.disclosure === 'area-only';
    return {
      row,
      answer,
      facility,
      now: place?.sessionId === row.session_id ? place.fact : null,
      mode: sealed && by.role !== 'auditor' ? 'area-only' : 'full',
    };
  });
}

/** What the measurements of a verdict leave possible, as GeoJSON; null where it is not disclosed, or nothing was measured. */
export function regionOfLocation({ row, answer, mode }: HostLocation): FeatureCollection | null {
  const drawn = mode === 'full' ? drawing(row, answer) : null;
  if (drawn === null) return null;
  const { region, landmarks, grade, f } = drawn;
  const { verdict, radiusMeters, area: name } = answer.verdict;
  const about = { verdict, grade, tolerance: f, radiusMeters, area: name };
  return regionGeoJson(region, landmarks, about);
}

/**
 * The same as a picture (SVG).
 * @throws RequestError `forbidden` where it is not disclosed, `not_found` where nothing was measured
 */
export function pictureOfLocation(context: Context, location: HostLocation): string {
  const { row, answer, mode, facility } = location;
  if (mode !== 'full') {
    throw new RequestError('forbidden', 'where this host is, auditors alone are shown', {
      path: 'facility.disclosure',
      actual: 'area-only',
    });
  }
  const drawn = drawing(row, answer);
  if (drawn === null) throw new RequestError('not_found', 'no landmark that counts measured the host');
  const { region, landmarks, grade, f } = drawn;
  const { verdict, radiusMeters, area: name, elsewhere } = answer.verdict;
  return provePicture({
    subject: row.host_id,
    landmarks,
    bounds: region.bounds,
    region,
    areas: areasDrawn(context, facility),
    facility: { name: facility.name, place: areasOf(context, facility).middle },
    verdict: {
      verdict,
      area: name,
      elsewhere: elsewhere?.country ?? null,
      grade,
      tolerance: f,
      radiusMeters,
    },
  });
}

function drawing(row: LocationTable, { verdict }: WholeAnswer) {
  const measured = JSON.parse(row.measured) as readonly WeighedMeasurement[]; // what `submitLocation` wrote
  if (measured.length === 0) return null;
  const [grade, f] = [verdict.grade ?? 'B', verdict.f ?? 0];
  const landmarks = measured.map(
    ({ landmarkId: id, controlGroup, place }): DrawnLandmark => ({ id, controlGroup, place }),
  );
  return { region: regionAt(measured, grade, f), landmarks, grade, f };
}

function areasDrawn(context: Context, facility: FacilityTable): DrawnArea[] {
  const wanted = authorisedAreaOf(facility);
  const named = wanted.kind === 'countries' ? new Set(wanted.countries) : new Set<string>();
  const countries = context.countries().map(({ name, rings }): DrawnArea => {
    return { name, rings, role: named.has(name) ? 'authorised' : 'other' };
  });
  const outline = area.parse(JSON.parse(facility.area));
  if (wanted.kind === 'countries' || outline.type === 'Point') return countries;
  const rings = outline.type === 'Polygon' ? outline.coordinates : outline.coordinates.flat();
  return [...countries, { name: facility.name, rings, role: 'authorised' }];
}
