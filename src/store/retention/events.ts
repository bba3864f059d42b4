import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { Ageing } from './page.ts';

/**
 * Events by sequence, oldest first, and which webhook has yet to hear each; not the newest, whose number would be given again. How old they are the
 * caller looks at: a bound on their instants would read all of them where none is old.
 */
export const eventsBehind = statement((db, hole: Hole<Pick<Ageing, 'afterMs' | 'limit'>>) =>
  db
    .selectFrom('event')
    .select((row) => [
      'event.sequence',
      'event.id',
      'event.subject',
      'event.body',
      'event.at_ms',
      row
        .selectFrom('webhook')
        .select('webhook.id')
        .where('webhook.state', '=', 'active')
        .whereRef('webhook.cursor', '<', 'event.sequence')
        .where((of) =>
          of.or([of('webhook.sees_all', '=', 1), of('webhook.tenant', '=', of.ref('event.tenant'))]),
        )
        .limit(1)
        .as('unheard_by'),
    ])
    .where('event.sequence', '>', hole('afterMs'))
    .where('event.sequence', '<', (row) =>
      row.selectFrom('event as newest').select((of) => of.fn.max('newest.sequence').as('sequence')),
    )
    .orderBy('event.sequence')
    .limit(hole('limit')),
);

export const dropEvent = statement((db, hole: Hole<{ sequence: number }>) =>
  db.deleteFrom('event').where('sequence', '=', hole('sequence')),
);
