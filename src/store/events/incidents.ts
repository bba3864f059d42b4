import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { IncidentNoteTable, IncidentTable } from './tables.ts';

type NewIncident = Pick<
  IncidentTable,
  'id' | 'tenant' | 'kind' | 'subjects' | 'evidence' | 'opened_at_ms' | 'due_at_ms' | 'leaf_index'
> & { open_key: string };

export const insertIncident = statement((db, hole: Hole<NewIncident>) =>
  db.insertInto('incident').values({
    id: hole('id'),
    tenant: hole('tenant'),
    kind: hole('kind'),
    open_key: hole('open_key'),
    subjects: hole('subjects'),
    evidence: hole('evidence'),
    state: 'open',
    opened_at_ms: hole('opened_at_ms'),
    due_at_ms: hole('due_at_ms'),
    times_seen: 1,
    last_seen_ms: hole('opened_at_ms'),
    overdue_at_ms: null,
    reported_at_ms: null,
    reported_by: null,
    reference: null,
    closed_at_ms: null,
    closed_by: null,
    closed_reason: null,
    leaf_index: hole('leaf_index'),
  }),
);

export const incidentByKey = statement((db, hole: Hole<{ openKey: string }>) =>
  db.selectFrom('incident').selectAll().where('open_key', '=', hole('openKey')),
);

export const incidentById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('incident').selectAll().where('id', '=', hole('id')),
);

export const incidentsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('incident').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

export const incidentsOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('incident')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

/** The same was seen again; its report is due no later than before. */
export const seeIncidentAgain = statement(
  (db, hole: Hole<{ id: string; nowMs: number; evidence: string; dueMs: number }>) =>
    db
      .updateTable('incident')
      .set((row) => ({
        times_seen: row('times_seen', '+', 1),
        last_seen_ms: hole('nowMs'),
        evidence: hole('evidence'),
        due_at_ms: hole('dueMs'),
      }))
      .where('id', '=', hole('id')),
);

export const noteOverdue = statement((db, hole: Hole<{ id: string; nowMs: number }>) =>
  db
    .updateTable('incident')
    .set({ overdue_at_ms: hole('nowMs') })
    .where('id', '=', hole('id'))
    .where('state', '=', 'open')
    .where('overdue_at_ms', 'is', null),
);

/** Changes no row where it was reported or closed before. */
export const reportIncident = statement(
  (db, hole: Hole<{ id: string; nowMs: number; by: string; reference: string; leafIndex: number }>) =>
    db
      .updateTable('incident')
      .set({
        state: 'reported',
        reported_at_ms: hole('nowMs'),
        reported_by: hole('by'),
        reference: hole('reference'),
        leaf_index: hole('leafIndex'),
      })
      .where('id', '=', hole('id'))
      .where('state', '=', 'open'),
);

/** Changes no row where it was closed before. */
export const closeIncident = statement(
  (db, hole: Hole<{ id: string; nowMs: number; by: string; reason: string; leafIndex: number }>) =>
    db
      .updateTable('incident')
      .set({
        state: 'closed',
        open_key: null,
        closed_at_ms: hole('nowMs'),
        closed_by: hole('by'),
        closed_reason: hole('reason'),
        leaf_index: hole('leafIndex'),
      })
      .where('id', '=', hole('id'))
      .where('state', '!=', 'closed'),
);

export const incidentNotes = statement((db, hole: Hole<{ incidentId: string }>) =>
  db
    .selectFrom('incident_note')
    .selectAll()
    .where('incident_id', '=', hole('incidentId'))
    .orderBy('position'),
);

export const insertIncidentNote = statement((db, hole: Hole<IncidentNoteTable>) =>
  db.insertInto('incident_note').values({
    incident_id: hole('incident_id'),
    position: hole('position'),
    at_ms: hole('at_ms'),
    by: hole('by'),
    note: hole('note'),
  }),
);

/** Joins an incident to every licence that names a subject. */
export const joinLicences = statement((db, hole: Hole<{ incidentId: string; subject: string }>) =>
  db
    .insertInto('incident_licence')
    .columns(['licence_id', 'incident_id'])
    .expression((row) =>
      row
        .selectFrom('licence_subject')
        .select((of) => ['licence_id', of.cast<string>(hole('incidentId'), 'text').as('incident_id')])
        .where('subject', '=', hole('subject')),
    )
    .onConflict((conflict) => conflict.columns(['licence_id', 'incident_id']).doNothing()),
);

/** Conditions of the licences that name a subject and were not revoked. */
export const conditionsOfConcerned = statement((db, hole: Hole<{ subject: string }>) =>
  db
    .selectFrom('licence_subject')
    .innerJoin('licence', 'licence.id', 'licence_subject.licence_id')
    .select('licence.conditions')
    .where('licence_subject.subject', '=', hole('subject'))
    .where('licence.status', '!=', 'revoked'),
);

/** Those of a licence that nobody has reported yet, oldest first. */
export const unreportedOfLicence = statement((db, hole: Hole<{ licenceId: string }>) =>
  db
    .selectFrom('incident_licence')
    .innerJoin('incident', 'incident.id', 'incident_licence.incident_id')
    .select(['incident.kind', 'incident.opened_at_ms'])
    .where('incident_licence.licence_id', '=', hole('licenceId'))
    .where('incident.state', '=', 'open')
    .orderBy('incident.opened_at_ms'),
);

/** Brings forward the next look at every licence that an incident concerns. */
export const hastenLicencesOfIncident = statement((db, hole: Hole<{ incidentId: string; dueMs: number }>) =>
  db
    .updateTable('schedule')
    .set((row) => ({ due_ms: hole('dueMs'), version: row('version', '+', 1) }))
    .where('kind', '=', 'licence')
    .where('subject', 'in', (row) =>
      row
        .selectFrom('incident_licence')
        .select('incident_licence.licence_id')
        .where('incident_licence.incident_id', '=', hole('incidentId')),
    ),
);
