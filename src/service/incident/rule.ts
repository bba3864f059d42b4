import {
  closeIncident,
  hastenLicencesOfIncident,
  insertIncidentNote,
  reportIncident,
} from '../../store/events/incidents.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { unschedule } from '../schedule/schedule.ts';
import { type IncidentWithNotes, withNotes } from './read.ts';

const MAX_NOTES = 1_000;

/** Adds what a person has to say. @throws RequestError `not_found`, `conflict` where it is closed */
export async function noteIncident(
  context: Context,
  by: Principal,
  id: string,
  note: string,
): Promise<IncidentWithNotes> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const { incident, notes } = await withNotes(tx, by, id);
    requireOpen(incident.state);
    const position = notes.length + 1;
    if (position > MAX_NOTES)
      throw new RequestError('conflict', `an incident takes ${MAX_NOTES} notes: close it`);
    const body = { incidentId: id, kind: incident.kind, note, by: by.id };
    await recordAct(tx, context, { type: 'incident.noted', at, tenant: incident.tenant, body });
    await tx.run(insertIncidentNote, { incident_id: id, position, at_ms: at.getTime(), by: by.id, note });
    return withNotes(tx, by, id);
  });
}

/**
 * Says that an incident was reported to the authority, and how the report is found again. Its due date has then been met; it stays
 * open to the authority, who closes it.
 * @throws RequestError `not_found`, `conflict` where it was reported or closed before
 */
export async function markReported(
  context: Context,
  by: Principal,
  id: string,
  reference: string,
): Promise<IncidentWithNotes> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const { incident } = await withNotes(tx, by, id);
    if (incident.state !== 'open') throw new RequestError('conflict', `the incident is ${incident.state}`);
    const body = { incidentId: id, kind: incident.kind, reference, by: by.id };
    const act = { type: 'incident.reported', at, tenant: incident.tenant, body } as const;
    const leafIndex = await recordAct(tx, context, act);
    await tx.run(reportIncident, { id, nowMs: at.getTime(), by: by.id, reference, leafIndex });
    await unschedule(tx, 'incident', id);
    await tx.run(hastenLicencesOfIncident, { incidentId: id, dueMs: at.getTime() });
    return withNotes(tx, by, id);
  });
}

/** The authority ends an incident, reported or not, and says why. @throws RequestError `not_found`, `conflict` */
export async function endIncident(
  context: Context,
  by: Principal,
  id: string,
  reason: string,
): Promise<IncidentWithNotes> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const { incident } = await withNotes(tx, by, id);
    requireOpen(incident.state);
    const body = { incidentId: id, kind: incident.kind, reason, by: by.id };
    const act = { type: 'incident.closed', at, tenant: incident.tenant, body } as const;
    const leafIndex = await recordAct(tx, context, act);
    await tx.run(closeIncident, { id, nowMs: at.getTime(), by: by.id, reason, leafIndex });
    await unschedule(tx, 'incident', id);
    await tx.run(hastenLicencesOfIncident, { incidentId: id, dueMs: at.getTime() });
    return withNotes(tx, by, id);
  });
}

function requireOpen(state: string): void {
  if (state === 'closed') throw new RequestError('conflict', 'the incident is closed');
}
