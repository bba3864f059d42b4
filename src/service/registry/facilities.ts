import { canonicalJson } from '../../bytes/canonical-json.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { Area } from '../../protocol/area.ts';
import type { AuthorisedAreaRequest, Disclosure } from '../../protocol/location.ts';
import type { View } from '../../store/port.ts';
import {
  decideFacilityRow,
  facilitiesAfter,
  facilitiesOperatedByAfter,
  facilitiesProposedByAfter,
  facilityById,
  insertFacility,
} from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { advanceTrust } from '../trust/change.ts';
import { storedArea } from './authorised-area.ts';

export type NewFacility = {
  readonly name: string;
  readonly country: string;
  readonly operatorTenant: string;
  readonly area: Area;
};

/** Proposes a facility: nothing may stand there until the authority has authorised just this outline. */
export async function proposeFacility(
  context: Context,
  by: Principal,
  wanted: NewFacility,
): Promise<FacilityTable> {
  const { name, country, operatorTenant, area } = wanted;
  const digest = contentDigest('facility', { name, country, operatorTenant, area });
  return context.store.write(async (tx) => {
    const at = context.clock();
    const id = newIdentifier('fac', context);
    const body = { facilityId: id, name, country, operatorTenant, area, digest, by: by.id };
    const row: FacilityTable = {
      id,
      tenant: by.tenant,
      operator_tenant: operatorTenant,
      name,
      country,
      area: canonicalJson(area),
      authorised_area: null,
      disclosure: 'full',
      digest,
      state: 'proposed',
      authorised_until_ms: null,
      proposed_by: by.id,
      proposed_at_ms: at.getTime(),
      decided_by: null,
      decided_at_ms: null,
      decided_reason: null,
      leaf_index: await recordAct(tx, context, { type: 'facility.proposed', at, tenant: by.tenant, body }),
    };
    await tx.run(insertFacility, row);
    return row;
  });
}

/** What the authority says of a facility, and why. */
export type FacilityRuling =
  | {
      readonly ruling: 'authorised';
      /** Of what the authority has before its eyes. */
      readonly digest: string;
      readonly authorisedUntil: Date | null;
      /** What its hosts may be proven inside of; its own outline unless given. */
      readonly authorisedArea?: AuthorisedAreaRequest | undefined;
      readonly disclosure?: Disclosure | undefined;
      readonly reason: string;
    }
  | { readonly ruling: 'refused' | 'withdrawn'; readonly reason: string };

const GEOFENCE: AuthorisedAreaRequest = { kind: 'geofence' };

/** From which states a ruling may come. A withdrawn facility may be authorised again: the reason says why. */
const FROM: { readonly [R in FacilityRuling['ruling']]: readonly string[] } = {
  authorised: ['proposed', 'authorised', 'withdrawn'],
  refused: ['proposed'],
  withdrawn: ['authorised'],
};

const ACTS: { readonly [R in FacilityRuling['ruling']]: ActType } = {
  authorised: 'facility.authorised',
  refused: 'facility.refused',
  withdrawn: 'facility.withdrawn',
};

/**
 * The authority's ruling; decisions from the next on go by it.
 * @throws RequestError `not_found`; `conflict` from a state that the ruling cannot follow, or for another digest;
 *   `invalid_request` for an end that has passed
 */
export async function ruleOnFacility(
  context: Context,
  by: Principal,
  id: string,
  ruling: FacilityRuling,
): Promise<FacilityTable> {
  const granted = ruling.ruling === 'authorised' ? ruling : null;
  const { authorisedArea = GEOFENCE, disclosure = 'full' } = granted ?? {};
  // Before the unit of work, which keeps others waiting: the map may have to be read.
  if (granted !== null) requireOnMap(context, authorisedArea);
  return context.store.write(async (tx) => {
    const row = await readFacility(tx, by, id);
    const at = context.clock();
    requireState(row, ruling);
    const until = granted?.authorisedUntil ?? null;
    if (until !== null && !(until > at)) {
      throw new RequestError('invalid_request', 'the authorisation would have ended already', {
        path: 'body.authorisedUntil',
        expected: `after ${formatInstant(at)}`,
        actual: formatInstant(until),
      });
    }
    const body = {
      facilityId: id,
      digest: row.digest,
      authorisedUntil: until === null ? null : formatInstant(until),
      ...(granted === null ? {} : { authorisedArea, disclosure }),
      reason: ruling.reason,
      by: by.id,
    };
    const changed = {
      id,
      authorised_area: granted === null ? row.authorised_area : storedArea(authorisedArea),
      disclosure: granted === null ? row.disclosure : disclosure,
      state: ruling.ruling,
      authorised_until_ms: until?.getTime() ?? null,
      decided_by: by.id,
      decided_at_ms: at.getTime(),
      decided_reason: ruling.reason,
      leaf_index: await recordAct(tx, context, { type: ACTS[ruling.ruling], at, tenant: row.tenant, body }),
    };
    await tx.run(decideFacilityRow, changed);
    // What was proven inside of another area is looked at again.
    await advanceTrust(context, tx);
    return { ...row, ...changed };
  });
}

/** @throws RequestError `invalid_request` for a country that the map does not have: nothing could be proven inside it */
function requireOnMap({ jurisdictions }: Context, area: AuthorisedAreaRequest): void {
  if (area.kind === 'geofence') return;
  const { codes } = jurisdictions();
  const missing = area.countries.filter((code) => !codes.includes(code));
  if (missing.length === 0) return;
  throw new RequestError('invalid_request', 'the map has no such country', {
    path: 'body.authorisedArea.countries',
    expected: 'countries that Natural Earth draws under a code of their own',
    actual: missing.join(', '),
  });
}

function requireState(row: FacilityTable, ruling: FacilityRuling): void {
  const from = FROM[ruling.ruling];
  if (!from.includes(row.state)) {
    throw new RequestError('conflict', `a facility that is ${row.state} cannot be ${ruling.ruling}`, {
      path: 'facility.state',
      expected: from.join(' or '),
      actual: row.state,
    });
  }
  if (ruling.ruling !== 'authorised' || ruling.digest === row.digest) return;
  // What is authorised is what the authority saw, not whatever bears this id.
  throw new RequestError('conflict', 'the digest is not that of this facility', {
    path: 'body.digest',
    expected: row.digest,
    actual: ruling.digest,
  });
}

/** @throws RequestError `not_found`, for facilities of others too */
export async function getFacility(context: Context, by: Principal, id: string): Promise<FacilityTable> {
  return context.store.read((view) => readFacility(view, by, id));
}

/** @throws RequestError `not_found` */
async function readFacility(view: View, by: Principal, id: string): Promise<FacilityTable> {
  const row = await view.first(facilityById, { id });
  if (row === undefined || !seesFacility(by, row)) throw new RequestError('not_found', 'no such facility');
  return row;
}

/** An exporter sees what it proposed, an operator where its hosts stand, the authority and its auditors everything. */
function seesFacility({ role, tenant }: Principal, row: FacilityTable): boolean {
  switch (role) {
    case 'authority':
    case 'auditor':
      return true;
    case 'exporter':
      return row.tenant === tenant;
    case 'operator':
      return row.operator_tenant === tenant;
    case 'administrator':
      return false;
  }
}

export async function listFacilities(
  context: Context,
  { role, tenant }: Principal,
  page: PageRequest,
): Promise<Page<FacilityTable>> {
  return pageFrom(page, (range) =>
    context.store.read((view) => {
      switch (role) {
        case 'authority':
        case 'auditor':
          return view.all(facilitiesAfter, range);
        case 'exporter':
          return view.all(facilitiesProposedByAfter, { ...range, tenant });
        case 'operator':
          return view.all(facilitiesOperatedByAfter, { ...range, tenant });
        case 'administrator':
          return Promise.resolve([]);
      }
    }),
  );
}
