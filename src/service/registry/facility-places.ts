import { middleOf } from '../../location/authorised-area.ts';
import type { Area } from '../../protocol/area.ts';
import { MAX_PLACES } from '../../protocol/facility-place.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Principal } from '../principal.ts';
import { listFacilities } from './facilities.ts';

export type FacilityPlace = {
  readonly row: Omit<FacilityTable, 'area' | 'authorised_area'>;
  readonly latitude: number;
  readonly longitude: number;
};

/** Outlines may be large: no more of them than this are held at once, and other work comes in between. */
const OUTLINES_AT_ONCE = 500;

/** The facilities that the caller sees, as {@link listFacilities}, each by the middle of its outline. */
export async function listFacilityPlaces(
  context: Context,
  by: Principal,
  { limit = MAX_PLACES, after }: PageRequest,
): Promise<Page<FacilityPlace>> {
  const items: FacilityPlace[] = [];
  for (let behind = after; ; ) {
    const part = { limit: Math.min(limit - items.length, OUTLINES_AT_ONCE), after: behind };
    const page = await listFacilities(context, by, part);
    for (const row of page.items) items.push(placeOf(row));
    if (page.next === null || items.length >= limit) return { items, next: page.next };
    behind = page.next;
  }
}

function placeOf({ area: outline, authorised_area: _, ...row }: FacilityTable): FacilityPlace {
  return { row, ...middleOf(JSON.parse(outline) as Area) }; // held against its schema when it was proposed
}
