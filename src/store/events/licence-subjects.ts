import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

export const insertLicenceSubject = statement((db, hole: Hole<{ subject: string; licenceId: string }>) =>
  db
    .insertInto('licence_subject')
    .values({ subject: hole('subject'), licence_id: hole('licenceId'), proven_at_ms: null })
    .onConflict((conflict) => conflict.columns(['subject', 'licence_id']).doNothing()),
);
