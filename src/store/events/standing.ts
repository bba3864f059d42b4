import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DecisionStandingTable } from './tables.ts';

/** What a host's newest submission came to, before another one is noted, and of how many GPUs and switches it left anything known. */
export const hostOutcome = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host_state')
    .select((row) => [
      'outcome',
      'facts',
      'place',
      row
        .selectFrom('proven_chip')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('proven_chip.host_id', '=', 'host_state.host_id')
        .as('proven_chips'),
    ])
    .where('host_id', '=', hole('hostId')),
);

export const decisionStanding = statement((db, hole: Hole<{ licenceId: string; question: string }>) =>
  db
    .selectFrom('decision_standing')
    .select(['outcome', 'decision_id'])
    .where('licence_id', '=', hole('licenceId'))
    .where('question', '=', hole('question')),
);

export const noteDecision = statement((db, hole: Hole<DecisionStandingTable>) =>
  db
    .insertInto('decision_standing')
    .values({
      licence_id: hole('licence_id'),
      question: hole('question'),
      outcome: hole('outcome'),
      decision_id: hole('decision_id'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['licence_id', 'question'])
        .doUpdateSet({ outcome: hole('outcome'), decision_id: hole('decision_id') }),
    ),
);
