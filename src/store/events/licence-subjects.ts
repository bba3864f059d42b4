import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LicenceStandingTable } from './tables.ts';

export const insertLicenceSubject = statement((db, hole: Hole<{ subject: string; licenceId: string }>) =>
  db
    .insertInto('licence_subject')
    .values({ subject: hole('subject'), licence_id: hole('licenceId'), proven_at_ms: null })
    .onConflict((conflict) => conflict.columns(['subject', 'licence_id']).doNothing()),
);

/** Licences that name something. */
export const licencesOfSubject = statement((db, hole: Hole<{ subject: string }>) =>
  db.selectFrom('licence_subject').select('licence_id as id').where('subject', '=', hole('subject')),
);

/** What a licence names that was seen proven under it. */
export const provenSubjects = statement((db, hole: Hole<{ licenceId: string }>) =>
  db
    .selectFrom('licence_subject')
    .select('subject')
    .where('licence_id', '=', hole('licenceId'))
    .where('proven_at_ms', 'is not', null),
);

export const noteProven = statement((db, hole: Hole<{ licenceId: string; subject: string; nowMs: number }>) =>
  db
    .updateTable('licence_subject')
    .set({ proven_at_ms: hole('nowMs') })
    .where('subject', '=', hole('subject'))
    .where('licence_id', '=', hole('licenceId')),
);

export const licenceStanding = statement((db, hole: Hole<{ licenceId: string }>) =>
  db.selectFrom('licence_standing').selectAll().where('licence_id', '=', hole('licenceId')),
);

export const putLicenceStanding = statement((db, hole: Hole<LicenceStandingTable>) => {
  const values = {
    failing: hole('failing'),
    suspends_at_ms: hole('suspends_at_ms'),
    cause: hole('cause'),
    judged_at_ms: hole('judged_at_ms'),
    reinstated_at_ms: hole('reinstated_at_ms'),
  };
  return db
    .insertInto('licence_standing')
    .values({ licence_id: hole('licence_id'), ...values })
    .onConflict((conflict) => conflict.column('licence_id').doUpdateSet(values));
});

/** Licences of before their fleets were followed. */
export const unfollowedLicences = statement((db, hole: Hole<{ limit: number }>) =>
  db
    .selectFrom('licence')
    .leftJoin('licence_standing', 'licence_standing.licence_id', 'licence.id')
    .select(['licence.id', 'licence.conditions'])
    .where('licence_standing.licence_id', 'is', null)
    .orderBy('licence.id')
    .limit(hole('limit')),
);

export const activeLicencesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('licence')
    .select('id')
    .where('id', '>', hole('after'))
    .where('status', '=', 'active')
    .orderBy('id')
    .limit(hole('limit')),
);

/** Brings forward the next look at every licence that names a subject. */
export const hastenLicences = statement((db, hole: Hole<{ subject: string; dueMs: number }>) =>
  db
    .updateTable('schedule')
    .set((row) => ({ due_ms: hole('dueMs'), version: row('version', '+', 1) }))
    .where('kind', '=', 'licence')
    .where('subject', 'in', (row) =>
      row
        .selectFrom('licence_subject')
        .select('licence_subject.licence_id')
        .where('licence_subject.subject', '=', hole('subject')),
    ),
);

/** Licences that name a subject: whose, and on what conditions. */
export const licencesNaming = statement((db, hole: Hole<{ subject: string }>) =>
  db
    .selectFrom('licence_subject')
    .innerJoin('licence', 'licence.id', 'licence_subject.licence_id')
    .select(['licence.tenant', 'licence.conditions'])
    .where('licence_subject.subject', '=', hole('subject')),
);
