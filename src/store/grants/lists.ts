import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Grants for people, oldest first: identifiers sort by age. */
export const allGrantsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('licence_grant')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const grantsOfLicenceAfter = statement(
  (db, hole: Hole<{ licenceId: string; after: string; limit: number }>) =>
    db
      .selectFrom('licence_grant')
      .selectAll()
      .where('licence_id', '=', hole('licenceId'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

export const grantsOfHostAfter = statement(
  (db, hole: Hole<{ hostId: string; after: string; limit: number }>) =>
    db
      .selectFrom('licence_grant')
      .selectAll()
      .where('host_id', '=', hole('hostId'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);
