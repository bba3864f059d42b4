import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { ScreeningListTable, ScreeningRunTable } from './entity-tables.ts';

export const insertScreeningList = statement((db, hole: Hole<ScreeningListTable>) =>
  db.insertInto('screening_list').values({
    version: hole('version'),
    reason: hole('reason'),
    declared_by: hole('declared_by'),
    declared_at_ms: hole('declared_at_ms'),
    grace_seconds: hole('grace_seconds'),
    leaf_index: hole('leaf_index'),
  }),
);

export const screeningListByVersion = statement((db, hole: Hole<{ version: string }>) =>
  db.selectFrom('screening_list').selectAll().where('version', '=', hole('version')),
);

/** The one in force: the newest word of the authority. */
export const currentScreeningList = statement((db) =>
  db.selectFrom('screening_list').selectAll().orderBy('leaf_index', 'desc').limit(1),
);

/** So many are read at most. */
export const MOST_LISTS = 200;

export const screeningLists = statement((db) =>
  db.selectFrom('screening_list').selectAll().orderBy('leaf_index', 'desc').limit(MOST_LISTS),
);

/** The same run again changes nothing. */
export const insertScreeningRun = statement((db, hole: Hole<ScreeningRunTable>) =>
  db.insertInto('screening_run').values({
    id: hole('id'),
    party_id: hole('party_id'),
    list_version: hole('list_version'),
    outcome: hole('outcome'),
    reviewer: hole('reviewer'),
    screened_on: hole('screened_on'),
    imported_by: hole('imported_by'),
    imported_at_ms: hole('imported_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

type Same = Pick<ScreeningRunTable, 'party_id' | 'list_version' | 'screened_on' | 'outcome' | 'reviewer'>;

export const sameScreeningRun = statement((db, hole: Hole<Same>) =>
  db
    .selectFrom('screening_run')
    .select(['id', 'leaf_index'])
    .where('party_id', '=', hole('party_id'))
    .where('list_version', '=', hole('list_version'))
    .where('screened_on', '=', hole('screened_on'))
    .where('outcome', '=', hole('outcome'))
    .where('reviewer', '=', hole('reviewer')),
);

/** What tools found of a party, the latest day first. */
export const runsOfParty = statement((db, hole: Hole<{ partyId: string }>) =>
  db
    .selectFrom('screening_run')
    .selectAll()
    .where('party_id', '=', hole('partyId'))
    .orderBy('screened_on', 'desc')
    .orderBy('id', 'desc')
    .limit(200),
);
