import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { Ageing } from './page.ts';

/**
 * Decisions of before an instant, oldest first, with what they weighed; and what still needs them: a grant that is kept, chips
 * that it set aside and nobody has delivered or given back.
 */
export const oldDecisions = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('decision')
    .leftJoin('decision_input', 'decision_input.sha256', 'decision.input_sha256')
    .select((row) => [
      'decision.id',
      'decision.licence_id',
      'decision.at_ms',
      'decision.answer',
      'decision.leaf_index',
      'decision.input_sha256',
      'decision_input.content as weighed',
      row
        .selectFrom('licence_grant')
        .select('licence_grant.id')
        .whereRef('licence_grant.decision_id', '=', 'decision.id')
        .limit(1)
        .as('grant_kept'),
      row
        .selectFrom('ledger_allocation')
        .select('ledger_allocation.id')
        .whereRef('ledger_allocation.decision_id', '=', 'decision.id')
        .where('ledger_allocation.state', '=', 'reserved')
        .limit(1)
        .as('pending'),
    ])
    .where('decision.at_ms', '<', hole('untilMs'))
    .where((row) =>
      row(row.refTuple('decision.at_ms', 'decision.id'), '>', row.tuple(hole('afterMs'), hole('afterId'))),
    )
    .orderBy('decision.at_ms')
    .orderBy('decision.id')
    .limit(hole('limit')),
);

export const dropDecision = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('decision').where('id', '=', hole('id')),
);

/** What a decision weighed has its instant in it: only those of the same instant can have weighed the same. */
export const dropWeighed = statement((db, hole: Hole<{ sha256: string; atMs: number }>) =>
  db
    .deleteFrom('decision_input')
    .where('sha256', '=', hole('sha256'))
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('decision')
            .select('decision.id')
            .where('decision.at_ms', '=', hole('atMs'))
            .where('decision.input_sha256', '=', hole('sha256')),
        ),
      ),
    ),
);

/** Grants that ended before an instant, oldest first; a host's newest under a licence is still named there. */
export const oldGrants = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('licence_grant')
    .select((row) => [
      'licence_grant.id',
      'licence_grant.licence_id',
      'licence_grant.host_id',
      'licence_grant.facility_id',
      'licence_grant.devices',
      'licence_grant.list',
      'licence_grant.position',
      'licence_grant.expires_at_ms',
      'licence_grant.leaf_index',
      row
        .selectFrom('host_grant')
        .select('host_grant.grant_id')
        .whereRef('host_grant.host_id', '=', 'licence_grant.host_id')
        .whereRef('host_grant.licence_id', '=', 'licence_grant.licence_id')
        .whereRef('host_grant.grant_id', '=', 'licence_grant.id')
        .as('newest'),
    ])
    .where('licence_grant.expires_at_ms', '<', hole('untilMs'))
    .where((row) =>
      row(
        row.refTuple('licence_grant.expires_at_ms', 'licence_grant.id'),
        '>',
        row.tuple(hole('afterMs'), hole('afterId')),
      ),
    )
    .orderBy('licence_grant.expires_at_ms')
    .orderBy('licence_grant.id')
    .limit(hole('limit')),
);

export const dropGrantHolds = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('grant_hold').where('grant_id', '=', hole('id')),
);

export const dropGrant = statement((db, hole: Hole<{ id: string }>) =>
  db.deleteFrom('licence_grant').where('id', '=', hole('id')),
);

export const spendPlace = statement((db, hole: Hole<{ list: number; position: number }>) =>
  db.insertInto('spent_place').values({ list: hole('list'), position: hole('position') }),
);
