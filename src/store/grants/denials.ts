import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { GrantDenialTable } from './tables.ts';

/** In place of the one before; beside `noteHostDenied`, in the same unit of work. */
export const noteDenial = statement((db, hole: Hole<GrantDenialTable>) =>
  db
    .insertInto('grant_denial')
    .values({
      host_id: hole('host_id'),
      licence_id: hole('licence_id'),
      at_ms: hole('at_ms'),
      decision_id: hole('decision_id'),
      reasons: hole('reasons'),
    })
    .onConflict((conflict) =>
      conflict.columns(['host_id', 'licence_id']).doUpdateSet({
        at_ms: hole('at_ms'),
        decision_id: hole('decision_id'),
        reasons: hole('reasons'),
      }),
    ),
);

/** The refusal of that instant, where it is kept. */
export const refusalAt = statement((db, hole: Hole<{ hostId: string; licenceId: string; atMs: number }>) =>
  db
    .selectFrom('grant_denial')
    .select('reasons')
    .where('host_id', '=', hole('hostId'))
    .where('licence_id', '=', hole('licenceId'))
    .where('at_ms', '=', hole('atMs')),
);

/** Reasons are kept no longer than the decision. */
export const dropDenials = statement((db, hole: Hole<{ decisionId: string }>) =>
  db.deleteFrom('grant_denial').where('decision_id', '=', hole('decisionId')),
);

/**
 * How a host stands under each licence that has granted it anything or refused it, by licence: its newest grant, and its newest refusal where
 * that is younger. `refused_by` and `reasons` are null where they were not kept, or are no longer.
 */
export const standingsOfHost = statement((db, hole: Hole<{ hostId: string; after: string; limit: number }>) =>
  db
    .selectFrom('host_grant')
    .leftJoin('licence_grant', 'licence_grant.id', 'host_grant.grant_id')
    .leftJoin('grant_denial', (join) =>
      join
        .onRef('grant_denial.host_id', '=', 'host_grant.host_id')
        .onRef('grant_denial.licence_id', '=', 'host_grant.licence_id')
        .onRef('grant_denial.at_ms', '=', 'host_grant.denied_at_ms'),
    )
    .select([
      'host_grant.licence_id as id',
      'host_grant.denied_at_ms',
      'grant_denial.decision_id as refused_by',
      'grant_denial.reasons',
      'licence_grant.id as grant_id',
      'licence_grant.facility_id',
      'licence_grant.decision_id',
      'licence_grant.issued_at_ms',
      'licence_grant.expires_at_ms',
      'licence_grant.devices',
      'licence_grant.status',
    ])
    .where('host_grant.host_id', '=', hole('hostId'))
    .where('host_grant.licence_id', '>', hole('after'))
    .orderBy('host_grant.licence_id')
    .limit(hole('limit')),
);
