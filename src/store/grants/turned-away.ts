import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { TurnedAwayTable } from './tables.ts';

/** What a host was turned away with, the newest first; `granted` is null where it was never granted anything under it, or refused. */
export const turnedAwayOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('turned_away')
    .leftJoin('host_grant', (join) =>
      join
        .onRef('host_grant.host_id', '=', 'turned_away.host_id')
        .onRef('host_grant.licence_id', '=', 'turned_away.licence_id'),
    )
    .select(['turned_away.licence_id', 'turned_away.at_ms', 'host_grant.licence_id as granted'])
    .where('turned_away.host_id', '=', hole('hostId'))
    .orderBy('turned_away.at_ms', 'desc')
    .orderBy('turned_away.licence_id'),
);

export const noteTurnedAway = statement((db, hole: Hole<TurnedAwayTable>) =>
  db
    .insertInto('turned_away')
    .values({ host_id: hole('host_id'), licence_id: hole('licence_id'), at_ms: hole('at_ms') })
    .onConflict((conflict) =>
      conflict.columns(['host_id', 'licence_id']).doUpdateSet({ at_ms: hole('at_ms') }),
    ),
);

export const forgetTurnedAway = statement((db, hole: Hole<Pick<TurnedAwayTable, 'host_id' | 'licence_id'>>) =>
  db
    .deleteFrom('turned_away')
    .where('host_id', '=', hole('host_id'))
    .where('licence_id', '=', hole('licence_id')),
);
