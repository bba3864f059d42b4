import { type SqlBool, sql } from 'kysely';
import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/*
 * What was, newest first, from before a place on. Each walks one index backwards: `appraisal_host`, `decision_licence` or
 * `decision_age`.
 */

type Before = { beforeMs: number; beforeId: string; limit: number };

export const appraisalsBefore = statement((db, hole: Hole<Before & { hostId: string }>) =>
  db
    .selectFrom('appraisal')
    .select(['session_id', 'outcome', 'at_ms', 'answer', 'evidence_digest', 'leaf_index'])
    .where('host_id', '=', hole('hostId'))
    .where('at_ms', '<=', hole('beforeMs'))
    .where((row) => row.or([row('at_ms', '<', hole('beforeMs')), row('session_id', '<', hole('beforeId'))]))
    .orderBy('at_ms', 'desc')
    .orderBy('session_id', 'desc')
    .limit(hole('limit')),
);

type Wanted = Before & { tenant: string; outcome: string };

/** `tenant` and `outcome` are '' for any. */
export const decisionsBefore = statement((db, hole: Hole<Wanted>) =>
  db
    .selectFrom('decision')
    .select(['id', 'licence_id', 'tenant', 'outcome', 'at_ms', 'answer', 'leaf_index'])
    .where('at_ms', '<=', hole('beforeMs'))
    .where((row) => row.or([row('at_ms', '<', hole('beforeMs')), row('id', '<', hole('beforeId'))]))
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))]))
    .where((row) =>
      row.or([row(hole('outcome'), '=', ''), sql<SqlBool>`${row.ref('outcome')} = ${hole('outcome')}`]),
    )
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(hole('limit')),
);

export const licenceDecisionsBefore = statement((db, hole: Hole<Wanted & { licenceId: string }>) =>
  db
    .selectFrom('decision')
    .select(['id', 'licence_id', 'tenant', 'outcome', 'at_ms', 'answer', 'leaf_index'])
    .where('licence_id', '=', hole('licenceId'))
    .where('at_ms', '<=', hole('beforeMs'))
    .where((row) => row.or([row('at_ms', '<', hole('beforeMs')), row('id', '<', hole('beforeId'))]))
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))]))
    .where((row) =>
      row.or([row(hole('outcome'), '=', ''), sql<SqlBool>`${row.ref('outcome')} = ${hole('outcome')}`]),
    )
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(hole('limit')),
);
