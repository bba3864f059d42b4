import { canonicalJson } from '../../bytes/canonical-json.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { Area } from '../../protocol/area.ts';
import type { View } from '../../store/port.ts';
import type { FacilityPeriodTable } from '../../store/registry/entity-tables.ts';
import {
  facilitiesAfter,
  facilitiesOperatedByAfter,
  facilitiesProposedByAfter,
  facilityById,
  insertFacility,
  periodsOfFacility,
} from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

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
      authorised_from_ms: null,
      authorised_until_ms: null,
      tier: null,
      government_agreement: 0,
      period_count: 0,
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

/** @throws RequestError `not_found`, for facilities of others too */
export async function getFacility(context: Context, by: Principal, id: string): Promise<FacilityTable> {
  return context.store.read((view) => readFacility(view, by, id));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found` */
export async function readFacility(view: View, by: Principal, id: string): Promise<FacilityTable> {
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

/** Every authorisation that a facility ever had, in the order of their beginnings. @throws RequestError `not_found` */
export async function listPeriods(
  context: Context,
  by: Principal,
  id: string,
): Promise<FacilityPeriodTable[]> {
  return context.store.read(async (view) => {
    await readFacility(view, by, id);
    return view.all(periodsOfFacility, { facilityId: id });
  });
}
