import type { Position } from '../../../protocol/outline.ts';
import type { Answer } from '../../api/call.ts';
import type { Item } from '../../api/read.ts';
import { HOST_STATES, type HostState } from '../hosts/host-state.tsx';

type Facility = Item<'listFacilityPlaces'>;
type Landmark = Answer<'listLandmarks'>['items'][number];
export type HostCount = Answer<'countHostsByFacility'>['items'][number];

/** What stands on the map: a facility with how its hosts stand, as far as the person may know, or a landmark. */
export type Place =
  | {
      readonly kind: 'facility';
      readonly id: string;
      readonly name: string;
      readonly country: string;
      readonly at: Position;
      readonly facility: Facility;
      /** Null where the person sees no hosts. */
      readonly hosts: HostCount | null;
    }
  | {
      readonly kind: 'landmark';
      readonly id: string;
      readonly name: string;
      readonly country: string;
      readonly at: Position;
      readonly landmark: Landmark;
    };

export type FacilityPlace = Extract<Place, { readonly kind: 'facility' }>;

/** @param counts undefined where the person may not read hosts; a facility that is not among them has none */
export function placesOf(
  facilities: readonly Facility[],
  landmarks: readonly Landmark[],
  counts: readonly HostCount[] | undefined,
): readonly Place[] {
  const byFacility = new Map((counts ?? []).map((count) => [count.facilityId, count]));
  return [
    ...facilities.map((facility): Place => {
      const { id, name, country, latitude, longitude } = facility;
      const hosts =
        counts === undefined ? null : (byFacility.get(id) ?? { facilityId: id, total: 0, states: {} });
      return { kind: 'facility', id, name, country, at: [longitude, latitude], facility, hosts };
    }),
    ...landmarks.map((landmark): Place => {
      const { id, country, latitude, longitude } = landmark;
      return { kind: 'landmark', id, name: id, country, at: [longitude, latitude], landmark };
    }),
  ];
}

/** What of it is looked for; null asks nothing. */
export type PlaceFilter = {
  readonly kind: Place['kind'] | null;
  readonly country: string | null;
  /** Facilities in this state. */
  readonly state: Facility['state'] | null;
  /** Facilities with hosts that stand so. */
  readonly hosts: HostState | null;
};

export function filtered(
  places: readonly Place[],
  { kind, country, state, hosts }: PlaceFilter,
): readonly Place[] {
  return places.filter(
    (place) =>
      (kind === null || place.kind === kind) &&
      (country === null || place.country === country) &&
      (state === null || (place.kind === 'facility' && place.facility.state === state)) &&
      (hosts === null || (place.kind === 'facility' && (place.hosts?.states[hosts] ?? 0) > 0)),
  );
}

/** Hosts that need somebody: all but those that are proven or judged by earlier trust inputs. */
export function troubled({ states, total }: HostCount): number {
  return total - (states.proven ?? 0) - (states['earlier-trust'] ?? 0);
}

/** Hosts of several facilities together. */
export function summed(counts: readonly (HostCount | null)[]): HostCount | null {
  const known = counts.flatMap((count) => (count === null ? [] : [count]));
  if (known.length === 0) return null;
  const sum = (of: (count: HostCount) => number): number => known.reduce((all, count) => all + of(count), 0);
  const states = Object.fromEntries(
    HOST_STATES.map((state) => [state, sum((count) => count.states[state] ?? 0)]),
  );
  return { facilityId: '', total: sum(({ total }) => total), states };
}
