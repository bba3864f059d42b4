import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DecisionInputTable, DecisionTable } from './tables.ts';

export const insertDecision = statement((db, hole: Hole<DecisionTable>) =>
  db.insertInto('decision').values({
    id: hole('id'),
    licence_id: hole('licence_id'),
    tenant: hole('tenant'),
    outcome: hole('outcome'),
    at_ms: hole('at_ms'),
    answer: hole('answer'),
    leaf_index: hole('leaf_index'),
    input_sha256: hole('input_sha256'),
  }),
);

export const decisionById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('decision').selectAll().where('id', '=', hole('id')),
);

/** Content that is there already is what it is: it is named by its digest. */
export const insertDecisionInput = statement((db, hole: Hole<DecisionInputTable>) =>
  db
    .insertInto('decision_input')
    .values({ sha256: hole('sha256'), content: hole('content') })
    .onConflict((conflict) => conflict.column('sha256').doNothing()),
);

/** Whether a content is there: cheaper than offering it again. */
export const hasDecisionInput = statement((db, hole: Hole<{ sha256: string }>) =>
  db.selectFrom('decision_input').select('sha256').where('sha256', '=', hole('sha256')),
);

export const decisionInput = statement((db, hole: Hole<{ sha256: string }>) =>
  db.selectFrom('decision_input').select('content').where('sha256', '=', hole('sha256')),
);
