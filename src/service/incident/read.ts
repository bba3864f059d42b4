import {
  incidentById,
  incidentNotes,
  incidentsAfter,
  incidentsOfTenantAfter,
} from '../../store/events/incidents.ts';
import type { IncidentNoteTable, IncidentTable } from '../../store/events/tables.ts';
import type { View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

export type IncidentWithNotes = {
  readonly incident: IncidentTable;
  readonly notes: readonly IncidentNoteTable[];
};

export async function listIncidents(
  { store }: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<IncidentTable>> {
  const tenant = visibleTenant(by);
  return pageFrom(page, (range) =>
    store.read((view) =>
      tenant === null
        ? view.all(incidentsAfter, range)
        : view.all(incidentsOfTenantAfter, { ...range, tenant }),
    ),
  );
}

/** @throws RequestError `not_found` */
export async function getIncident({ store }: Context, by: Principal, id: string): Promise<IncidentWithNotes> {
  return store.read((view) => withNotes(view, by, id));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found`, for another tenant's too */
export async function withNotes(view: View, by: Principal, id: string): Promise<IncidentWithNotes> {
  const incident = await view.first(incidentById, { id });
  const tenant = visibleTenant(by);
  if (incident === undefined || (tenant !== null && incident.tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such incident');
  }
  return { incident, notes: await view.all(incidentNotes, { incidentId: id }) };
}
