import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Rows that acts bring about, by id; and every one of them with the leaf of its newest act, page by page. */
type Id = { id: string };
type After = { after: string; limit: number };

export const licenceRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('licence').selectAll().where('id', '=', hole('id')),
);
export const licenceLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('licence')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const facilityRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('facility').selectAll().where('id', '=', hole('id')),
);
export const facilityLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('facility')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const partyRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('party').selectAll().where('id', '=', hole('id')),
);
export const partyLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('party')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const deviceRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('device').selectAll().where('id', '=', hole('id')),
);
export const deviceLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('device')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const incidentRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('incident').selectAll().where('id', '=', hole('id')),
);
export const incidentLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('incident')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const grantRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('licence_grant').selectAll().where('id', '=', hole('id')),
);
export const grantLeaves = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('licence_grant')
    .select(['id', 'leaf_index'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const principalRow = statement((db, hole: Hole<Id>) =>
  db
    .selectFrom('principal')
    .select(['id', 'name', 'role', 'tenant', 'disabled_at_ms'])
    .where('id', '=', hole('id')),
);
export const principalStandings = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('principal')
    .select(['id', 'role', 'tenant', 'disabled_at_ms', 'party_id'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const latchRow = statement((db, hole: Hole<Id>) =>
  db
    .selectFrom('latch')
    .select(['id', 'tenant', 'code', 'sentence', 'session_id', 'subject_kind', 'subject_id', 'cleared_at_ms'])
    .where('id', '=', hole('id')),
);
export const latchStandings = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('latch')
    .select(['id', 'cleared_at_ms'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const hostRow = statement((db, hole: Hole<Id>) =>
  db.selectFrom('host').select(['id', 'suspended_at_ms']).where('id', '=', hole('id')),
);
export const hostStandings = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('host')
    .select(['id', 'suspended_at_ms', 'facility_id', 'jkt', 'kind', 'identity_sha256'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const partyStandings = statement((db, hole: Hole<After>) =>
  db
    .selectFrom('party')
    .select(['id', 'standing'])
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);
