import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Rows that acts bring about beside those of rows.ts: who may do what, what is held, and what the register rests on. */
type Id = { id: string };
type After = { after: string; limit: number };

export const tokenRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('bearer_token').selectAll().where('id', '=', hole('id')),
);
export const tokenStandings = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('bearer_token')
    .select(['id', 'revoked_at_ms', 'jkt', 'x5t_s256', 'bind_until_ms'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const incidentNoteAt = statement((db, hole: Hole<{ incidentId: string; position: number }>) =>
  db
    .selectFrom('incident_note')
    .select(['at_ms', 'by', 'note'])
    .where('incident_id', '=', hole('incidentId'))
    .where('position', '=', hole('position')),
);
export const notesOfIncidents = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('incident_note')
    .select((row) => ['incident_id as id', row.fn.countAll<number>().as('notes')])
    .where('incident_id', '>', hole('after'))
    .groupBy('incident_id')
    .orderBy('incident_id')
    .limit(hole('limit')),
);

export const legalHoldRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('legal_hold').selectAll().where('id', '=', hole('id')),
);
export const legalHoldLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('legal_hold')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const periodRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('facility_period').selectAll().where('id', '=', hole('id')),
);
export const periodLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('facility_period')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);
export const openPeriods = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('facility_period')
    .select((row) => ['facility_id as id', row.fn.countAll<number>().as('periods')])
    .where('facility_id', '>', hole('after'))
    .where('withdrawn_at_ms', 'is', null)
    .groupBy('facility_id')
    .orderBy('facility_id')
    .limit(hole('limit')),
);

export const screeningListRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('screening_list').selectAll().where('version', '=', hole('id')),
);
export const screeningListLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('screening_list')
    .select(['version as id', 'leaf_index'])
    .where('version', '>', hole('after'))
    .orderBy('version')
    .limit(hole('limit')),
);

export const knowYourCustomerRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('know_your_customer').selectAll().where('id', '=', hole('id')),
);
export const knowYourCustomerLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('know_your_customer')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const accessRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('party_access').selectAll().where('id', '=', hole('id')),
);
export const accessLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('party_access')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const provenHosts = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('host_state')
    .select([
      'host_id',
      'evidence_session_id',
      'outcome',
      'reasons',
      'facts',
      'reference_sets',
      'valid_until_ms',
    ])
    .where('host_id', '>', hole('after'))
    .orderBy('host_id')
    .limit(hole('limit')),
);

export const trustInputRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('trust_input').selectAll().where('id', '=', hole('id')),
);
export const trustInputLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('trust_input')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);
